package io.muster.aggregator.warning;

import io.muster.aggregator.HistoryFixture;
import io.muster.schema.client.ClientId;
import io.muster.schema.client.Warning;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;

/**
 * The warnings of a client as they must be, defined on all its stored heartbeats at once: a warning
 * is raised now if the last heartbeat that ended it is older than the last one that raised it.
 */
final class ExpectedWarnings {
  private static final String HEARTBEATS =
      "SELECT ts, disk, mem, gpu_flags, cardinality(device_refs), (SELECT max(t) FROM"
          + " unnest(device_temp) t) FROM heartbeat JOIN client USING (client_ref) WHERE client_id ="
          + " $1 ORDER BY ts";
  private static final Duration MAX_SILENCE = Duration.ofMinutes(10);
  private static final long FIVE_MINUTES = Duration.ofMinutes(5).toMillis();

  private final List<Sample> samples = new ArrayList<>();

  private ExpectedWarnings() {}

  /** Returns each raised warning as {@code NAME since peak}, in the order of their names. */
  static List<String> of(HistoryFixture fixture, String client) {
    var expected = new ExpectedWarnings();
    HistoryFixture.await(
            fixture
                .database()
                .withConnection(
                    sql ->
                        sql.preparedQuery(HEARTBEATS).execute(Tuple.of(ClientId.toUuid(client)))))
        .forEach(row -> expected.samples.add(Sample.of(row)));
    expected.samples.replaceAll(
        sample -> sample.withMissing(expected.most(sample) - sample.gpus.orElse(0)));
    return Stream.of(
            expected.raised(Warning.DISK_FULL, disk(90), Sample::disk),
            expected.raised(Warning.DISK_CRITICAL, disk(95), Sample::disk),
            expected.raised(
                Warning.MEMORY_FULL,
                new Rule(
                    sample -> true, sample -> sample.mem >= 95, sample -> sample.mem <= 90, 5, 1),
                Sample::mem),
            expected.raised(Warning.GPU_HOT, gpu(1, 7, 3), sample -> sample.celsius),
            expected.raised(Warning.GPU_CRITICAL, gpu(2, 7, 1), sample -> sample.celsius),
            expected.raised(Warning.GPU_FAULT, gpu(8, 8, 1), sample -> -1),
            expected.raised(Warning.GPU_LOST, lost(), Sample::missing))
        .flatMap(Optional::stream)
        .sorted()
        .toList();
  }

  private static Rule disk(int limit) {
    return new Rule(
        sample -> true, sample -> sample.disk >= limit, sample -> sample.disk <= limit - 5, 0, 1);
  }

  private static Rule gpu(int showing, int disturbing, int heartbeats) {
    return new Rule(
        sample -> sample.gpus.isPresent(),
        sample -> (sample.flags & showing) != 0,
        sample -> (sample.flags & disturbing) == 0,
        0,
        heartbeats);
  }

  private static Rule lost() {
    return new Rule(
        sample -> sample.gpus.isPresent(),
        sample -> sample.missing > 0,
        sample -> sample.missing == 0,
        0,
        1);
  }

  /** Returns the most GPUs at once in the hour and the 24 hours before. */
  private int most(Sample sample) {
    var hour = sample.at.truncatedTo(ChronoUnit.HOURS);
    return samples.stream()
        .filter(other -> !other.at.isBefore(hour.minus(Duration.ofHours(24))))
        .filter(other -> other.at.isBefore(hour.plus(Duration.ofHours(1))))
        .mapToInt(other -> other.gpus.orElse(0))
        .max()
        .orElse(0);
  }

  private Optional<String> raised(Warning warning, Rule rule, ToIntFunction<Sample> reading) {
    var firstRaised = Optional.<Instant>empty();
    for (var index = 0; index < samples.size(); index++) {
      if (!rule.concerns.test(samples.get(index))) {
        continue;
      }
      var calmSince = runStart(index, rule, rule.contradicts);
      var shownSince = runStart(index, rule, rule.shows);
      if (calmSince.isPresent() && lasts(calmSince.get(), index, warning)) {
        firstRaised = Optional.empty();
      } else if (firstRaised.isEmpty() && shownSince.isPresent() && isRaisedAt(index, rule)) {
        firstRaised = shownSince;
      }
    }
    return firstRaised.map(since -> text(warning, since, rule, reading));
  }

  private String text(Warning warning, Instant since, Rule rule, ToIntFunction<Sample> reading) {
    var peak =
        samples.stream()
            .filter(sample -> rule.concerns.test(sample) && !sample.at.isBefore(since))
            .mapToInt(reading)
            .max()
            .orElseThrow();
    return "%s %s %d".formatted(warning, since, peak);
  }

  private boolean lasts(Instant since, int index, Warning warning) {
    return Duration.between(since, samples.get(index).at).toMillis()
        >= (warning == Warning.GPU_LOST ? 0 : FIVE_MINUTES);
  }

  private boolean isRaisedAt(int index, Rule rule) {
    var since = runStart(index, rule, rule.shows).orElseThrow();
    var number =
        samples.subList(0, index + 1).stream()
            .filter(sample -> rule.concerns.test(sample) && !sample.at.isBefore(since))
            .count();
    var lastedMinutes = Duration.between(since, samples.get(index).at).toMinutes();
    var isCritical = rule.heartbeats > 1 && (samples.get(index).flags & 2) != 0;
    return isCritical || number >= rule.heartbeats && lastedMinutes >= rule.minutes;
  }

  /** Returns the first of the successive heartbeats up to this one that all match. */
  private Optional<Instant> runStart(int last, Rule rule, Predicate<Sample> condition) {
    var start = Optional.<Instant>empty();
    for (var index = last; index >= 0; index--) {
      var sample = samples.get(index);
      if (rule.concerns.test(sample) && !condition.test(sample)) {
        return start;
      }
      start = rule.concerns.test(sample) ? Optional.of(sample.at) : start;
      if (index > 0 && isSilent(samples.get(index - 1), sample)) {
        return start;
      }
    }
    return start;
  }

  private static boolean isSilent(Sample before, Sample after) {
    return Duration.between(before.at, after.at).compareTo(MAX_SILENCE) > 0;
  }

  private record Sample(
      Instant at, int disk, int mem, int flags, Optional<Integer> gpus, int celsius, int missing) {
    static Sample of(Row row) {
      return new Sample(
          row.getOffsetDateTime(0).toInstant(),
          row.getInteger(1),
          row.getInteger(2),
          row.getInteger(3),
          Optional.ofNullable(row.getInteger(4)),
          Optional.ofNullable(row.getInteger(5)).orElse(-1),
          0);
    }

    Sample withMissing(int number) {
      return new Sample(at, disk, mem, flags, gpus, celsius, number);
    }
  }

  /**
   * A warning that is raised by this many heartbeats and after this many minutes.
   *
   * @param concerns heartbeats that neither show nor contradict it do not match
   */
  private record Rule(
      Predicate<Sample> concerns,
      Predicate<Sample> shows,
      Predicate<Sample> contradicts,
      int minutes,
      int heartbeats) {}
}
