/**
 * Series, the readings of one device or host in bins, in requests and in responses.
 *
 * <p>May import: schema.history, schema.json, bus.transport, api.content, api.rest.contract.
 */
@NullMarked
package io.muster.api.rest.series;

import org.jspecify.annotations.NullMarked;
