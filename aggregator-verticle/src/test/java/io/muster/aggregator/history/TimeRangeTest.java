package io.muster.aggregator.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class TimeRangeTest {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration MINUTE = Duration.ofMinutes(1);

  @Test
  void chunks_anyRange_coverItOnceNewestFirst() {
    var range = range("2026-01-02T03:04:05.678Z", "2026-01-09T10:11:12.013Z");
    for (var length : List.of(HOUR, MINUTE, Duration.ofMillis(3), Duration.ofHours(55))) {
      var chunks = chunks(range, length, MINUTE);
      var end = range.untilMillis();
      for (var chunk : chunks) {
        assertThat(chunk.untilMillis()).isEqualTo(end);
        assertThat(chunk.isEmpty()).isFalse();
        end = chunk.fromMillis();
      }
      assertThat(end).isEqualTo(range.fromMillis());
    }
  }

  @Test
  void chunks_maxLength_endAtWholeUnits() {
    var range = range("2026-01-02T03:04:05Z", "2026-01-04T10:11:12Z");

    assertThat(chunks(range, Duration.ofHours(30), HOUR))
        .containsExactly(
            range("2026-01-04T00:00:00Z", "2026-01-04T10:11:12Z"),
            range("2026-01-03T00:00:00Z", "2026-01-04T00:00:00Z"),
            range("2026-01-02T03:04:05Z", "2026-01-03T00:00:00Z"));
    assertThat(chunks(range, Duration.ofMinutes(59), HOUR))
        .hasSize(56)
        .contains(range("2026-01-03T23:00:00Z", "2026-01-04T00:00:00Z"));
    assertThat(chunks(new TimeRange(5, 5), HOUR, HOUR)).isEmpty();
  }

  private static List<TimeRange> chunks(TimeRange range, Duration length, Duration alignment) {
    return range.chunks(length, alignment).toList();
  }

  private static TimeRange range(String from, String until) {
    return new TimeRange(Instant.parse(from).toEpochMilli(), Instant.parse(until).toEpochMilli());
  }
}
