package io.muster.api.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.fleet.ManualNanos;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AddressBucketsTest {
  private static final String ADDRESS = "192.0.2.1";

  private final ManualNanos nanos = new ManualNanos();
  private final AddressBuckets buckets = new AddressBuckets(2, 3, nanos);

  @Test
  void take_moreThanTheCapacity_failsUntilTimePasses() {
    assertThat(takeAll(ADDRESS)).isEqualTo(3);
    assertThat(buckets.isEmpty(ADDRESS)).isTrue();

    nanos.advance(Duration.ofMillis(499));
    assertThat(buckets.take(ADDRESS)).isFalse();
    nanos.advance(Duration.ofMillis(1));

    assertThat(buckets.isEmpty(ADDRESS)).isFalse();
    assertThat(buckets.take(ADDRESS)).isTrue();
    assertThat(buckets.take(ADDRESS)).isFalse();
  }

  @Test
  void take_afterALongTime_isABurstOfTheCapacity() {
    takeAll(ADDRESS);
    nanos.advance(Duration.ofDays(1));

    assertThat(takeAll(ADDRESS)).isEqualTo(3);
  }

  @Test
  void take_anotherAddress_hasItsOwnBucket() {
    takeAll(ADDRESS);

    assertThat(buckets.isEmpty("192.0.2.2")).isFalse();
    assertThat(takeAll("192.0.2.2")).isEqualTo(3);
  }

  @Test
  void take_noLimit_alwaysSucceedsAndKeepsNothing() {
    var unlimited = new AddressBuckets(2, 0, nanos);

    assertThat(IntStream.range(0, 100)).allMatch(attempt -> unlimited.take(ADDRESS));
    assertThat(unlimited.isEmpty(ADDRESS)).isFalse();
    assertThat(unlimited.areAllFull()).isTrue();
  }

  @Test
  void take_moreAddressesThanTheMaximum_shareOneBucket() {
    fillTable();

    assertThat(takeAll("198.51.100.1")).isEqualTo(3);
    assertThat(buckets.take("198.51.100.2")).isFalse();
    assertThat(buckets.isEmpty("198.51.100.3")).isTrue();
    assertThat(buckets.isEmpty("address 7")).as("it has a bucket").isFalse();
    assertThat(buckets.size()).isEqualTo(AddressBuckets.MAX_ADDRESSES + 1);
  }

  @Test
  void take_tableIsFullOfFullBuckets_replacesThem() {
    fillTable();
    takeAll("198.51.100.1");
    nanos.advance(Duration.ofSeconds(2));

    assertThat(takeAll("198.51.100.2")).isEqualTo(3);
    assertThat(takeAll("198.51.100.3")).isEqualTo(3);
    assertThat(buckets.size()).isEqualTo(2);
  }

  private void fillTable() {
    for (int index = 0; index < AddressBuckets.MAX_ADDRESSES; index++) {
      buckets.take("address " + index);
    }
  }

  /** Takes tokens until there is none; returns their number. */
  private int takeAll(String address) {
    int count = 0;
    while (buckets.take(address)) {
      count++;
    }
    return count;
  }
}
