/** Tests of the inventory, on a real database. */
@NullMarked
package io.muster.aggregator.inventory;

import org.jspecify.annotations.NullMarked;
