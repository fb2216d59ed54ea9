/** Tests of what is kept of the history, on a real database with clocks that the tests set. */
@NullMarked
package io.muster.aggregator.maintenance;

import org.jspecify.annotations.NullMarked;
