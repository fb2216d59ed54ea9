/**
 * The port of the event bus: admits only members that know the secret of the cluster, over TLS 1.3,
 * and limits the size of messages before memory is allocated for them.
 *
 * <p>May import: bus, runtime.cluster.port, runtime.config, runtime.tls.
 */
@NullMarked
package io.muster.runtime.cluster.bus;

import org.jspecify.annotations.NullMarked;
