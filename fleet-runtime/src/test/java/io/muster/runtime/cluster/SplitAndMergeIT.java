package io.muster.runtime.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.runtime.config.HostPort;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Nodes that start in the wrong order, or come back, become one cluster. */
final class SplitAndMergeIT {
  private static final Duration HEALED = Duration.ofSeconds(15);

  private final Nodes nodes = new Nodes();

  @AfterEach
  void end() {
    nodes.close();
  }

  /** Of two halves of the same size, the one whose address sorts last gives in: here the seed. */
  @Test
  void start_seedLaterWithTheHigherPort_areUnited() {
    var ports = twoPorts();

    assertThatTheyUnite(ports.get(0), ports.get(1));
  }

  @Test
  void start_seedLaterWithTheLowerPort_areUnited() {
    var ports = twoPorts();

    assertThatTheyUnite(ports.get(1), ports.get(0));
  }

  /** The seed knows nobody when it comes back, and must give in to the larger half. */
  @Test
  void kill_seedAndStartAgain_rejoins() throws InterruptedException {
    var address = Nodes.freePort().toString();
    var seed = nodes.child("cluster.listen", address);
    var first = nodes.node("cluster.join", address);
    var second = nodes.node("cluster.join", address);
    var listener = Listener.on(first.vertx());

    seed.kill();
    nodes.await("the seed is gone", () -> second.members().size() == 2);
    var again = nodes.child("cluster.listen", address);

    nodes.await("three members", () -> first.members().size() == 3);
    nodes.await("the seed is heard", () -> listener.hears(again.pid()));
    again.await("BEAT " + again.pid(), Nodes.PATIENCE);
  }

  private void assertThatTheyUnite(HostPort early, HostPort seed) {
    var first = nodes.node("cluster.join", seed.toString(), "cluster.listen", early.toString());
    var fromLate = Listener.on(first.vertx());
    assertThat(first.members()).hasSize(1);

    var late = nodes.node("cluster.listen", seed.toString());
    var fromEarly = Listener.on(late.vertx());

    nodes.await(
        "two members", HEALED, () -> first.members().size() == 2 && late.members().size() == 2);
    nodes.awaitHeard(first, fromEarly);
    nodes.awaitHeard(late, fromLate);
    nodes.await("merged at all", HEALED, () -> first.health().healthy() && late.health().healthy());
  }

  private static List<HostPort> twoPorts() {
    return Stream.generate(Nodes::freePort)
        .distinct()
        .limit(2)
        .sorted(Comparator.comparing(HostPort::toString))
        .toList();
  }
}
