/**
 * Settings from command line, environment and file, checked all at once.
 *
 * <p>May import: schema.json.
 */
@NullMarked
package io.muster.runtime.config;

import org.jspecify.annotations.NullMarked;
