package io.muster.collector.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.bus.DemandTopic;
import io.muster.schema.frame.Section;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DemandLeaseTest {
  private static final long LEASE_NANOS = DemandTopic.LEASE_DURATION.toNanos();

  private final AtomicLong nanos = new AtomicLong();
  private final DemandLease lease = new DemandLease(nanos::get);

  @Test
  void isActive_neverRenewed_isFalse() {
    assertThat(lease.isActive()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -5, Long.MAX_VALUE - 3}) // nanosecond clocks start anywhere, and wrap
  void isActive_untilTheLeaseExpires_isTrue(long startNanos) {
    nanos.set(startNanos);
    lease.renew(Section.PROCESS);

    nanos.set(startNanos + LEASE_NANOS - 1);
    assertThat(lease.isActive()).isTrue();

    nanos.set(startNanos + LEASE_NANOS);
    assertThat(lease.isActive()).isFalse();
  }

  @Test
  void renew_again_extendsTheLease() {
    lease.renew(Section.PROCESS);
    nanos.set(LEASE_NANOS - 1);
    lease.renew(Section.PROCESS);

    nanos.set(2 * LEASE_NANOS - 2);
    assertThat(lease.isActive()).isTrue();
  }

  @Test
  void renew_afterExpiry_isActiveAgain() {
    lease.renew(Section.PROCESS);
    nanos.set(LEASE_NANOS);
    assertThat(lease.isActive()).isFalse();

    lease.renew(Section.PROCESS);

    assertThat(lease.isActive()).isTrue();
  }

  @Test
  void renew_otherSection_changesNothing() {
    lease.renew(Section.GPU);

    assertThat(lease.isActive()).isFalse();
  }
}
