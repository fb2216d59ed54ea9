/** Tests of the storage status, on a real database. */
@NullMarked
package io.muster.aggregator.status;

import org.jspecify.annotations.NullMarked;
