/**
 * The metric table, and the rendering of frames as a Prometheus exposition.
 *
 * <p>May import: schema.json, schema.frame, schema.gpu, schema.host, api.content.
 */
@NullMarked
package io.muster.api.exposition;

import org.jspecify.annotations.NullMarked;
