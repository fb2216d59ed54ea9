/**
 * The command line.
 *
 * <p>May import: everything.
 */
@NullMarked
package io.muster.launcher;

import org.jspecify.annotations.NullMarked;
