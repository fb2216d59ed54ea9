/**
 * The protobuf messages of socktop, generated from {@code src/main/proto/processes.proto}.
 *
 * <p>May import: nothing.
 */
@NullMarked
package io.muster.api.socktop.proto;

import org.jspecify.annotations.NullMarked;
