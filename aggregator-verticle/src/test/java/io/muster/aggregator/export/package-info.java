/** Tests of exports, on a real database. */
@NullMarked
package io.muster.aggregator.export;

import org.jspecify.annotations.NullMarked;
