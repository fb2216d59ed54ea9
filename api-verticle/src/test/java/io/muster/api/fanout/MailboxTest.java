package io.muster.api.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.fleet.FleetFrame;
import io.muster.api.fleet.TestFrame;
import io.muster.schema.frame.Section;
import io.muster.schema.frame.SectionSelection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MailboxTest {
  private final StreamCounters counters = new StreamCounters();
  private final Mailbox mailbox = new Mailbox(new IdleSubscriber(), counters);

  @Test
  void offer_sixteenFrames_areAllKeptInOrder() {
    var offered = offer(16);

    assertThat(takeAll()).containsExactlyElementsOf(offered);
    assertThat(mailbox.takeLost()).isZero();
    assertThat(counters.droppedFrames()).isZero();
  }

  @Test
  void offer_toAFullMailbox_continuesWithTheNewest() {
    var offered = offer(19);

    assertThat(counters.droppedFrames()).as("so far").isEqualTo(3);
    assertThat(takeAll()).containsExactly(offered.get(18));
    assertThat(mailbox.takeLost()).isEqualTo(18);
    assertThat(counters.droppedFrames()).isEqualTo(18);
  }

  @Test
  void offer_framesOfManyMegabytes_keepsFewerOfThem() {
    var megabytes = "[" + " ".repeat(6 << 20) + "]";
    var frame = TestFrame.of("a").section(Section.GPU, megabytes).build();
    var large = new FleetFrame("a", TestFrame.AT, List.of(frame), List.of(), List.of());

    mailbox.offer(large);
    mailbox.offer(large);
    assertThat(counters.queuedFrames()).isEqualTo(2);
    mailbox.offer(large);
    assertThat(counters.queuedFrames()).as("12 of 16 MiB").isEqualTo(2);
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
    assertThat(counters.throttledFrames()).isEqualTo(4);
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
    assertThat(counters.droppedFrames()).as("in total").isEqualTo(35);
  }

  @Test
  void replay_framesAlsoInTheMailbox_comeFirstAndOnce() {
    var missed = offer(2);
    assertThat(takeAll()).isEqualTo(missed);
    var offered = offer(3);

    mailbox.replay(List.of(missed.get(1), offered.get(0)), offered.subList(0, 1));

    assertThat(counters.offeredFrames()).as("each once").isEqualTo(6);
    assertThat(takeAll())
        .containsExactly(missed.get(1), offered.get(0), offered.get(1), offered.get(2));
  }

  @Test
  void close_withAReplay_dropsTheReplayToo() {
    var missed = offer(2);
    takeAll();
    mailbox.replay(missed, missed);

    mailbox.close();
    mailbox.replay(missed, missed); // It may follow the disconnect of the subscriber.

    assertThat(mailbox.take()).isEmpty();
    assertThat(counters.offeredFrames()).isEqualTo(4);
    assertThat(counters.droppedFrames()).isEqualTo(2);
  }

  @Test
  void close_queuedFrames_dropsThemAndAcceptsNoMore() {
    offer(3);
    mailbox.close();
    offer(2);

    assertThat(mailbox.take()).isEmpty();
    assertThat(counters.offeredFrames()).isEqualTo(3);
    assertThat(counters.droppedFrames()).isEqualTo(3);
  }

  @Test
  void counters_addUp() {
    for (int round = 0; round < 7; round++) {
      offer(20);
      mailbox.take().ifPresent(frame -> counters.countDelivered());
      mailbox.takeNewest().ifPresent(frame -> counters.countDelivered());
      offer(5);
    }

    var queued = takeAll().size();

    assertThat(counters.droppedFrames()).isPositive();
    assertThat(counters.queuedFrames()).isEqualTo(queued);
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
