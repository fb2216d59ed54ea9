/**
 * Inspection: detailed samples of one host, collected on request.
 *
 * <p>May import: schema.json.
 */
@NullMarked
package io.muster.schema.inspection;

import org.jspecify.annotations.NullMarked;
