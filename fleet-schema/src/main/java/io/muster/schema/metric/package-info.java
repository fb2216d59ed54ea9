/**
 * The metric table, and its rendering as a Prometheus exposition.
 *
 * <p>May import: schema.json, schema.frame, schema.gpu, schema.host.
 */
@NullMarked
package io.muster.schema.metric;

import org.jspecify.annotations.NullMarked;
