/** Tests of the inventory, on a real database. */
@NullMarked
package io.muster.aggregator.status;

import org.jspecify.annotations.NullMarked;
