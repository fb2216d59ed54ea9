package io.muster.runtime.cluster;

import com.hazelcast.cluster.Address;
import com.hazelcast.config.TcpIpConfig;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.instance.impl.HazelcastInstanceProxy;
import com.hazelcast.internal.server.Server;
import com.hazelcast.internal.server.ServerConnection;
import io.muster.runtime.config.HostPort;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where Hazelcast looks for other members: the seeds, and whoever is connected at the moment.
 *
 * <p>Two halves of a split become one only if the half that has to give in knows the other, and
 * that is decided by size and address, not by who has whom in its list. A seed that is started
 * again knows nobody: the others knock every few seconds, and without their addresses it would stay
 * alone for ever.
 */
final class PeerAddresses extends TcpIpConfig {
  private final List<String> seeds;
  private volatile @Nullable Server server;

  PeerAddresses(List<HostPort> seeds) {
    this.seeds = seeds.stream().map(HostPort::toString).toList();
  }

  /** From now on the connections of this instance count. */
  void follow(HazelcastInstance instance) {
    if (instance instanceof HazelcastInstanceProxy proxy) {
      server = proxy.getOriginal().node.getServer();
    }
  }

  @Override
  public List<String> getMembers() {
    var known = new LinkedHashSet<>(seeds);
    connected().map(PeerAddresses::text).forEach(known::add);
    return List.copyOf(known);
  }

  private Stream<Address> connected() {
    var current = server;
    return current == null
        ? Stream.empty()
        : current.getConnections().stream()
            .filter(ServerConnection::isAlive)
            .map(ServerConnection::getRemoteAddress)
            .filter(Objects::nonNull);
  }

  private static String text(Address address) {
    return new HostPort(address.getHost(), address.getPort()).toString();
  }
}
