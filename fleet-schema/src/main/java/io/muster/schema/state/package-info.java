/**
 * The fleet state: the states and a few readings of all hosts and GPUs at one instant, and its
 * compact JSON.
 *
 * <p>May import: schema.json, schema.gpu, schema.frame.
 */
@NullMarked
package io.muster.schema.state;

import org.jspecify.annotations.NullMarked;
