/** Tests of the maintenance of the history, on a real database with clocks that the tests set. */
@NullMarked
package io.muster.aggregator.maintenance;

import org.jspecify.annotations.NullMarked;
