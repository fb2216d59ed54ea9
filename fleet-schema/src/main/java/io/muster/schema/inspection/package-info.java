/**
 * One host looked at closely, on request: what a person who watches it wants to see within the
 * tick.
 *
 * <p>May import: schema.json.
 */
@NullMarked
package io.muster.schema.inspection;

import org.jspecify.annotations.NullMarked;
