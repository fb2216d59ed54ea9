/**
 * The api role: its verticle and its settings.
 *
 * <p>May import: schema, bus, runtime, api.
 */
@NullMarked
package io.muster.api;

import org.jspecify.annotations.NullMarked;
