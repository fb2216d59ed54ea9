/**
 * Settings from command line, environment and file, checked all at once.
 *
 * <p>May import: nothing.
 */
@NullMarked
package io.muster.runtime.config;

import org.jspecify.annotations.NullMarked;
