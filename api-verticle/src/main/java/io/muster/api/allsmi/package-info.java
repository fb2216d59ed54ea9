/**
 * The endpoints of all-smi: snapshot, events, metrics, ready.
 *
 * <p>May import: schema, bus, runtime.node, api.content, api.event, api.exposition, api.fleet,
 * api.fanout, api.http, api.limit, api.state, api.stream.
 */
@NullMarked
package io.muster.api.allsmi;

import org.jspecify.annotations.NullMarked;
