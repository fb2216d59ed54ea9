package io.muster.runtime.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A member dies or freezes, and the others go on. */
@DisabledOnOs(OS.WINDOWS)
final class MemberFaultIT {
  private static final Logger log = LoggerFactory.getLogger(MemberFaultIT.class);
  private static final int FRAME_BYTES = 64 * 1024;
  private static final long FRAME_MILLIS = 5;

  private final Nodes nodes = new Nodes();

  @AfterEach
  void end() {
    nodes.close();
  }

  @Test
  void kill_oneOfThree_othersSeeItAndGoOn() throws InterruptedException {
    var here = nodes.node("cluster.listen", "127.0.0.1:0");
    var seed = Nodes.addressOf(here);
    var victim = nodes.child("cluster.join", seed);
    var witness = nodes.child("cluster.join", seed);
    var listener = Listener.on(here.vertx());
    nodes.await("the witness is heard", () -> listener.hears(witness.pid()));
    nodes.await("three members", () -> here.members().size() == 3);

    var start = System.nanoTime();
    victim.kill();
    nodes.await("it is seen here", Duration.ofSeconds(5), () -> here.members().size() == 2);
    var seen = Duration.ofNanos(System.nanoTime() - start);
    witness.await("JOINED 2", Duration.ofSeconds(5));

    witness.forget();
    witness.await("BEAT " + witness.pid(), Nodes.PATIENCE);
    listener.forget();
    nodes.await("the witness is heard still", () -> listener.hears(witness.pid()));
    assertThat(listener.silenceMillis(witness.pid())).isLessThan(3000);
    log.info("kill seen millis={}", seen.toMillis());

    var again = nodes.child("cluster.join", seed);
    nodes.await("it is back", () -> listener.hears(again.pid()));
  }

  /** The kernel of a frozen process goes on accepting bytes: some 10 MB, less than is sent here. */
  @Test
  void freeze_receiver_writesToItFailInsteadOfWaiting() throws InterruptedException {
    nodes.timing(Nodes.timing(Duration.ofMinutes(5), Duration.ofSeconds(1)));
    var here = nodes.node("cluster.listen", "127.0.0.1:0");
    var frozen = nodes.child("cluster.join", Nodes.addressOf(here));
    var address = "echo." + frozen.pid();
    Nodes.get(here.vertx().eventBus().request(address, "there?"));

    frozen.freeze();
    var failed = new CompletableFuture<Throwable>();
    var frame = Buffer.buffer(new byte[FRAME_BYTES]);
    var sender = here.vertx().eventBus().<Buffer>sender(address);
    var timer =
        here.vertx()
            .setPeriodic(FRAME_MILLIS, tick -> sender.write(frame).onFailure(failed::complete));

    assertThat(failed).succeedsWithin(Duration.ofSeconds(20));
    assertThat(here.members()).hasSize(2);
    here.vertx().cancelTimer(timer);
    frozen.thaw();
    nodes.await("it answers again", () -> answers(here, address));
  }

  /** Takes half a minute: run it with {@code -Pslow}. */
  @Test
  @Tag("slow")
  void freeze_oneOfThree_othersStayTogether() throws InterruptedException {
    var here = nodes.node("cluster.listen", "127.0.0.1:0");
    var seed = Nodes.addressOf(here);
    var frozen = nodes.child("cluster.join", seed);
    var witness = nodes.child("cluster.join", seed);
    var listener = Listener.on(here.vertx());
    nodes.await("three members", () -> here.members().size() == 3);

    frozen.freeze();
    nodes.await("it is removed", () -> here.members().size() == 2);
    var together = new CompletableFuture<Void>();
    here.vertx()
        .setPeriodic(
            100,
            tick -> {
              if (here.members().size() != 2) {
                together.completeExceptionally(new AssertionError(here.members().toString()));
              }
            });
    here.vertx().setTimer(20_000, end -> together.complete(null));

    assertThat(together).succeedsWithin(Duration.ofSeconds(30));
    assertThat(listener.silenceMillis(witness.pid())).isLessThan(3000);
  }

  private static boolean answers(ClusterNode node, String address) {
    var quick = new DeliveryOptions().setSendTimeout(1000);
    var answer = node.vertx().eventBus().request(address, "there?", quick);
    return Nodes.get(answer.map(true).otherwise(false));
  }
}
