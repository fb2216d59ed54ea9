package io.muster.api.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.muster.api.fleet.FleetFrame;
import io.muster.api.fleet.TestFrame;
import io.muster.bus.metrics.MeterFactory;
import io.muster.schema.frame.Section;
import io.muster.schema.frame.SectionSelection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MailboxTest {
  private final StreamMetrics metrics =
      StreamMetrics.create(new MeterFactory(new SimpleMeterRegistry(), "muster.api."));
  private final Mailbox mailbox = new Mailbox(new IdleSubscriber(), metrics);

  @Test
  void offer_sixteenFrames_areAllKeptInOrder() {
    var offered = offer(16);

    assertThat(takeAll()).containsExactlyElementsOf(offered);
    assertThat(mailbox.takeLost()).isZero();
    assertThat(metrics.dropped().count()).isZero();
  }

  @Test
  void offer_toAFullMailbox_continuesWithTheNewest() {
    var offered = offer(19);

    assertThat(metrics.dropped().count()).as("so far").isEqualTo(3);
    assertThat(takeAll()).containsExactly(offered.get(18));
    assertThat(mailbox.takeLost()).isEqualTo(18);
    assertThat(metrics.dropped().count()).isEqualTo(18);
  }

  @Test
  void offer_framesOfManyMegabytes_keepsFewerOfThem() {
    var megabytes = "[" + " ".repeat(6 << 20) + "]";
    var frame = TestFrame.of("a").section(Section.GPU, megabytes).build();
    var large = new FleetFrame("a", TestFrame.AT, List.of(frame), List.of(), List.of());

    mailbox.offer(large);
    mailbox.offer(large);
    assertThat(metrics.heldFrames()).isEqualTo(2);
    mailbox.offer(large);
    assertThat(metrics.heldFrames()).as("12 of 16 MiB").isEqualTo(2);
    assertThat(mailbox.take()).isPresent();
    assertThat(mailbox.takeLost()).isEqualTo(2);
  }

  @Test
  void offer_oneFrameThatIsLargerThanAMailbox_isKept() {
    var text = "[" + " ".repeat(17 << 20) + "]";
    var frame = TestFrame.of("a").section(Section.GPU, text).build();

    mailbox.offer(new FleetFrame("a", TestFrame.AT, List.of(frame), List.of(), List.of()));

    assertThat(mailbox.take()).isPresent();
    assertThat(mailbox.takeLost()).isZero();
  }

  @Test
  void takeNewest_skipsOlderFrames() {
    var offered = offer(5);

    assertThat(mailbox.takeNewest()).contains(offered.get(4));
    assertThat(mailbox.takeNewest()).isEmpty();
    assertThat(mailbox.takeLost()).as("skipped frames are not lost").isZero();
    assertThat(metrics.throttled().count()).isEqualTo(4);
  }

  @Test
  void takeLost_countsEachLossOnce() {
    offer(20);
    assertThat(mailbox.take()).isPresent();
    assertThat(mailbox.takeLost()).isEqualTo(19);
    assertThat(mailbox.takeLost()).isZero();

    offer(17);
    assertThat(mailbox.take()).isPresent();
    assertThat(mailbox.takeLost()).isEqualTo(16);
    assertThat(metrics.dropped().count()).as("in total").isEqualTo(35);
  }

  @Test
  void replay_framesAlsoInTheMailbox_comeOnce() {
    var missed = offer(2);
    assertThat(takeAll()).isEqualTo(missed);
    var offered = offer(1);

    mailbox.replay(List.of(missed.get(1), offered.get(0)));
    var later = offer(2);

    assertThat(metrics.offered().count()).as("each once").isEqualTo(6);
    assertThat(takeAll())
        .containsExactly(missed.get(1), offered.get(0), later.get(0), later.get(1));
  }

  @Test
  void replay_framesBeforeTheLastReceivedInTheMailbox_doNotComeAgain() {
    offer(Mailbox.CAPACITY + 2); // The event loop broadcasts them after it accepts the subscriber.

    mailbox.replay(List.of());

    assertThat(takeAll()).isEmpty();
    assertThat(mailbox.takeLost()).isZero();
    assertThat(metrics.dropped().count()).isEqualTo(Mailbox.CAPACITY + 2);
    assertThat(metrics.heldFrames()).isZero();
  }

  @Test
  void replay_ofTheNewestOnly_dropsTheOthers() {
    var offered = offer(3);

    mailbox.replay(offered.subList(2, 3));

    assertThat(metrics.offered().count()).as("never decreases").isEqualTo(3);
    assertThat(metrics.dropped().count()).isEqualTo(2);
    assertThat(takeAll()).containsExactly(offered.get(2));
  }

  @Test
  void close_withAReplay_dropsTheReplayToo() {
    var missed = offer(2);
    takeAll();
    mailbox.replay(missed);

    mailbox.close();
    mailbox.replay(missed); // It may follow the disconnect of the subscriber.

    assertThat(mailbox.take()).isEmpty();
    assertThat(metrics.offered().count()).isEqualTo(4);
    assertThat(metrics.dropped().count()).isEqualTo(2);
  }

  @Test
  void close_queuedFrames_dropsThemAndAcceptsNoMore() {
    offer(3);
    mailbox.close();
    offer(2);

    assertThat(mailbox.take()).isEmpty();
    assertThat(metrics.offered().count()).isEqualTo(3);
    assertThat(metrics.dropped().count()).isEqualTo(3);
  }

  @Test
  void counters_addUp() {
    for (int round = 0; round < 7; round++) {
      offer(20);
      mailbox.take().ifPresent(frame -> metrics.delivered().increment());
      mailbox.takeNewest().ifPresent(frame -> metrics.delivered().increment());
      offer(5);
    }

    var queued = takeAll().size();

    assertThat(metrics.dropped().count()).isPositive();
    assertThat(metrics.heldFrames()).isEqualTo(queued);
  }

  private List<FleetFrame> offer(int frames) {
    var offered =
        IntStream.range(0, frames)
            .mapToObj(i -> new FleetFrame("a", TestFrame.AT, List.of(), List.of(), List.of()))
            .toList();
    offered.forEach(mailbox::offer);
    return offered;
  }

  private List<FleetFrame> takeAll() {
    var taken = new ArrayList<FleetFrame>();
    for (var next = mailbox.take(); next.isPresent(); next = mailbox.take()) {
      taken.add(next.get());
    }
    return taken;
  }

  /** A subscriber that takes no frames by itself. */
  private static final class IdleSubscriber implements Subscriber {
    @Override
    public Optional<String> host() {
      return Optional.empty();
    }

    @Override
    public SectionSelection include() {
      return SectionSelection.DEFAULT;
    }

    @Override
    public void drain(Mailbox mailbox) {}

    @Override
    public void onSecondElapsed() {}

    @Override
    public void close() {}
  }
}
