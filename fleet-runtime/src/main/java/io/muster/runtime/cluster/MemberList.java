package io.muster.runtime.cluster;

import com.hazelcast.cluster.Cluster;
import com.hazelcast.cluster.Member;
import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import io.muster.runtime.config.HostPort;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The members of the cluster and the instants at which they were first seen. Safe for use by any
 * thread: Hazelcast calls the listener on its event threads, hence the concurrent map.
 */
final class MemberList implements MembershipListener {
  private static final Logger log = LoggerFactory.getLogger(MemberList.class);

  /** Attribute that vertx-hazelcast sets on every member. */
  private static final String NODE_ID = "__vertx.nodeId";

  private final Cluster cluster;
  private final InstantSource clock;
  private final Runnable onChange;
  private final Map<UUID, Instant> firstSeenAt = new ConcurrentHashMap<>();

  MemberList(Cluster cluster, InstantSource clock, Runnable onChange) {
    this.cluster = cluster;
    this.clock = clock;
    this.onChange = onChange;
  }

  /** The members in the order in which they joined. */
  List<ClusterMember> members() {
    return cluster.getMembers().stream().map(this::member).toList();
  }

  @Override
  public void memberAdded(MembershipEvent event) {
    var member = member(event.getMember());
    log.info("member joined address={} members={}", member.address(), event.getMembers().size());
    onChange.run();
  }

  @Override
  public void memberRemoved(MembershipEvent event) {
    var member = member(event.getMember());
    firstSeenAt.remove(event.getMember().getUuid());
    log.warn("member left address={} members={}", member.address(), event.getMembers().size());
    onChange.run();
  }

  private ClusterMember member(Member member) {
    var seenAt = firstSeenAt.computeIfAbsent(member.getUuid(), unused -> clock.instant());
    var address = new HostPort(member.getAddress().getHost(), member.getAddress().getPort());
    var nodeId = Optional.ofNullable(member.getAttribute(NODE_ID)).orElse("");
    return new ClusterMember(nodeId, address, seenAt, member.localMember());
  }
}
