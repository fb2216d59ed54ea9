package io.muster.aggregator.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class HistoryStatementsTest {
  /** What {@code Database} keeps prepared. */
  private static final int LONGEST = 8192;

  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration MINUTE = Duration.ofMinutes(1);

  @Test
  void statements_areShortEnoughToStayPrepared() {
    var statements =
        Stream.concat(
            Stream.of(
                HistorySql.CLIENT_STAT,
                HistorySql.ofOneClient(HistorySql.HEALTH_EXTENT, 5),
                HistorySql.ofOneClient(HistorySql.MONITOR_DAYS, 4)),
            Arrays.stream(Resolution.values()).map(value -> value.statement(true)));

    assertThat(statements).allMatch(statement -> statement.length() + 50 <= LONGEST);
  }

  @Test
  void ofOneClient_everyResolution_asksForThatClient() {
    assertThat(Resolution.values())
        .allMatch(value -> value.statement(true).contains("c.client_id = $4"))
        .noneMatch(value -> value.statement(false).contains("$4"));
  }

  @Test
  void pieces_ofAnyRange_coverItOnceNewestFirst() {
    var span = span("2026-01-02T03:04:05.678Z", "2026-01-09T10:11:12.013Z");
    for (var length : List.of(HOUR, MINUTE, Duration.ofMillis(3), Duration.ofHours(55))) {
      var pieces = pieces(span, length, MINUTE);
      var end = span.until();
      for (var piece : pieces) {
        assertThat(piece.until()).isEqualTo(end);
        assertThat(piece.isEmpty()).isFalse();
        end = piece.from();
      }
      assertThat(end).isEqualTo(span.from());
    }
  }

  @Test
  void pieces_length_endsAtWholeUnits() {
    var span = span("2026-01-02T03:04:05Z", "2026-01-04T10:11:12Z");

    assertThat(pieces(span, Duration.ofHours(30), HOUR))
        .containsExactly(
            span("2026-01-04T00:00:00Z", "2026-01-04T10:11:12Z"),
            span("2026-01-03T00:00:00Z", "2026-01-04T00:00:00Z"),
            span("2026-01-02T03:04:05Z", "2026-01-03T00:00:00Z"));
    assertThat(pieces(span, Duration.ofMinutes(59), HOUR))
        .hasSize(56)
        .contains(span("2026-01-03T23:00:00Z", "2026-01-04T00:00:00Z"));
    assertThat(pieces(new Span(5, 5), HOUR, HOUR)).isEmpty();
  }

  private static List<Span> pieces(Span span, Duration length, Duration grain) {
    var pieces = new ArrayList<Span>();
    span.pieces(length, grain).forEachRemaining(pieces::add);
    return pieces;
  }

  private static Span span(String from, String until) {
    return new Span(Instant.parse(from).toEpochMilli(), Instant.parse(until).toEpochMilli());
  }
}
