/**
 * What a hardware source is, and what it answers.
 *
 * <p>May import: schema.
 */
@NullMarked
package io.muster.collector.source;

import org.jspecify.annotations.NullMarked;
