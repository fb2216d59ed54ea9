package io.muster.collector.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.bus.DemandTopic;
import io.muster.schema.frame.Section;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DemandLeaseTest {
  private static final long LEASE = DemandTopic.LEASE.toNanos();

  private final AtomicLong nanos = new AtomicLong();
  private final DemandLease lease = new DemandLease(nanos::get);

  @Test
  void isWanted_nobodyAsked_isFalse() {
    assertThat(lease.isWanted()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -5, Long.MAX_VALUE - 3}) // nanosecond clocks start anywhere, and wrap
  void isWanted_untilTheLeaseLapses(long start) {
    nanos.set(start);
    lease.renew(Section.PROCESS);

    nanos.set(start + LEASE - 1);
    assertThat(lease.isWanted()).isTrue();

    nanos.set(start + LEASE);
    assertThat(lease.isWanted()).isFalse();
  }

  @Test
  void renew_again_countsFromThen() {
    lease.renew(Section.PROCESS);
    nanos.set(LEASE - 1);
    lease.renew(Section.PROCESS);

    nanos.set(2 * LEASE - 2);
    assertThat(lease.isWanted()).isTrue();
  }

  @Test
  void renew_afterItLapsed_isWantedAgain() {
    lease.renew(Section.PROCESS);
    nanos.set(LEASE);
    assertThat(lease.isWanted()).isFalse();

    lease.renew(Section.PROCESS);

    assertThat(lease.isWanted()).isTrue();
  }

  @Test
  void renew_sectionThatIsAlwaysCollected_changesNothing() {
    lease.renew(Section.GPU);

    assertThat(lease.isWanted()).isFalse();
  }
}
