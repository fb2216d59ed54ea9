package io.muster.runtime.cluster.bus;

import io.micrometer.core.instrument.MeterRegistry;
import io.muster.runtime.cluster.port.RejectedConnections;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts and logs rejected connections to the event bus. Safe for use by any thread. */
final class BusRejections {
  private static final Logger log = LoggerFactory.getLogger(BusRejections.class);

  private final RejectedConnections<BusRejection> connections;

  BusRejections(MeterRegistry registry, LongSupplier nanoTime) {
    connections = new RejectedConnections<>(registry, "bus", BusRejection.class, nanoTime);
  }

  /** Records a connection that this node accepted and closed. */
  void recordAccepted(SocketAddress address, BusRejection reason) {
    var host = host(address);
    if (connections.count(reason, host)) {
      log.warn(
          "connection to the event bus was rejected address={} reason={}", host, reason.text());
    }
  }

  /** Records a connection that this node opened, and that one side closed. */
  void recordOpened(SocketAddress address, BusRejection reason) {
    var member = host(address);
    if (connections.count(reason, "member " + member)) {
      log.warn(
          "connection to the event bus of a member failed address={} reason={}",
          member,
          reason.text());
    }
  }

  private static String host(SocketAddress address) {
    return address instanceof InetSocketAddress internet && internet.getAddress() != null
        ? internet.getAddress().getHostAddress()
        : String.valueOf(address);
  }
}
