/**
 * The command line, and which roles run in this JVM.
 *
 * <p>May import: everything.
 */
@NullMarked
package io.muster.launcher;

import org.jspecify.annotations.NullMarked;
