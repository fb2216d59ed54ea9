/**
 * Fleet events: the begins and ends of conditions of hosts, accelerators and members, and the
 * observations from which they follow.
 *
 * <p>May import: schema.json, schema.client, schema.gpu.
 */
@NullMarked
package io.muster.schema.event;

import org.jspecify.annotations.NullMarked;
