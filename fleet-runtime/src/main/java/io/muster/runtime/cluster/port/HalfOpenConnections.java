package io.muster.runtime.cluster.port;

import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The accepted connections of one port whose handshake is not complete, limited in total and for
 * each address. At a limit the oldest one gives way: a member completes its handshake in
 * milliseconds, and so connects even while others hold as many silent connections as they can.
 * Members have slots of their own where their addresses are known. Safe for use by any thread.
 */
public final class HalfOpenConnections {
  /** The limit for all addresses of members, and again for all other addresses. */
  static final int MAX_TOTAL = 128;

  private final int maxPerAddress;
  private final Predicate<InetAddress> isMember;
  // In the order of their arrival; the value is true for the address of a member.
  private final Map<HalfOpenConnection, Boolean> connections = new LinkedHashMap<>();

  /**
   * Creates an empty set.
   *
   * @param maxPerAddress the limit for one address
   * @param isMember true for addresses that have slots of their own
   */
  public HalfOpenConnections(int maxPerAddress, Predicate<InetAddress> isMember) {
    this.maxPerAddress = maxPerAddress;
    this.isMember = isMember;
  }

  /** Adds a connection. At a limit, an older one gives way. */
  public void add(HalfOpenConnection connection) {
    var member = isMember.test(connection.address());
    Optional<HalfOpenConnection> displaced;
    synchronized (this) {
      displaced = findDisplaced(connection.address(), member);
      displaced.ifPresent(connections::remove);
      connections.put(connection, member);
    }
    displaced.ifPresent(HalfOpenConnection::giveWay);
  }

  /** Removes a connection whose handshake has ended. */
  public synchronized void remove(HalfOpenConnection connection) {
    connections.remove(connection);
  }

  synchronized int size() {
    return connections.size();
  }

  private Optional<HalfOpenConnection> findDisplaced(InetAddress address, boolean member) {
    var ofAddress =
        connections.keySet().stream().filter(other -> other.address().equals(address)).toList();
    if (ofAddress.size() >= maxPerAddress) {
      return Optional.of(ofAddress.get(0));
    }
    List<HalfOpenConnection> ofKind =
        connections.entrySet().stream()
            .filter(entry -> entry.getValue() == member)
            .map(Map.Entry::getKey)
            .toList();
    return ofKind.size() >= MAX_TOTAL ? Optional.of(ofKind.get(0)) : Optional.empty();
  }
}
