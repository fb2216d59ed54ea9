package io.muster.api.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MailboxTest {
  private final Mailbox mailbox = new Mailbox();

  @Test
  void offer_sixteenFrames_areAllKeptInOrder() {
    var offered = offer(16);

    assertThat(taken()).containsExactlyElementsOf(offered);
    assertThat(mailbox.takeDropped()).isZero();
    assertThat(mailbox.dropped()).isZero();
  }

  @Test
  void offer_toAFullMailbox_dropsTheOldest() {
    var offered = offer(19);

    assertThat(mailbox.dropped()).isEqualTo(3);
    assertThat(taken()).containsExactlyElementsOf(offered.subList(3, 19));
  }

  @Test
  void takeDropped_tellsEachLossOnce() {
    offer(20);
    assertThat(mailbox.takeDropped()).isEqualTo(4);
    assertThat(mailbox.takeDropped()).isZero();

    offer(1);
    assertThat(mailbox.takeDropped()).isEqualTo(1);
    assertThat(mailbox.dropped()).as("in all").isEqualTo(5);
  }

  @Test
  void counts_addUp() {
    var offered = offer(10).size();
    var taken = 0;
    for (int round = 0; round < 7; round++) {
      taken += mailbox.take().isPresent() ? 1 : 0;
      taken += mailbox.take().isPresent() ? 1 : 0;
      offered += offer(5).size();
    }

    var dropped = mailbox.dropped();
    var held = taken().size();

    assertThat(dropped).isPositive();
    assertThat(offered).isEqualTo(taken + dropped + held);
  }

  private List<FleetFrame> offer(int frames) {
    var offered =
        IntStream.range(0, frames)
            .mapToObj(i -> new FleetFrame("a", TestFrame.AT, List.of(), List.of()))
            .toList();
    offered.forEach(mailbox::offer);
    return offered;
  }

  private List<FleetFrame> taken() {
    var taken = new ArrayList<FleetFrame>();
    for (var next = mailbox.take(); next.isPresent(); next = mailbox.take()) {
      taken.add(next.get());
    }
    return taken;
  }
}
