/**
 * Files and directories that only the user of the node can access, whatever the umask. All methods
 * block.
 *
 * <p>May import: nothing.
 */
@NullMarked
package io.muster.runtime.file;

import org.jspecify.annotations.NullMarked;
