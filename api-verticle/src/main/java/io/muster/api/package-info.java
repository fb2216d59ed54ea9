/**
 * The api role: its verticle and its settings.
 *
 * <p>May import: schema, bus, runtime, every package below api.
 */
@NullMarked
package io.muster.api;

import org.jspecify.annotations.NullMarked;
