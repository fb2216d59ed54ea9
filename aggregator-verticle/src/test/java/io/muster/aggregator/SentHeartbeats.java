package io.muster.aggregator;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.schema.history.DeviceReading;
import io.muster.schema.history.Heartbeat;
import io.muster.schema.history.SeriesMetric;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * The heartbeats that a test has sent, and the series that they result in: computed here, without
 * the statements of the program. Confined to one thread.
 */
public final class SentHeartbeats {
  private static final long MINUTE_MILLIS = 60_000;
  private static final BigDecimal SIXTY = BigDecimal.valueOf(60);

  private final List<SentHeartbeat> all = new ArrayList<>();

  public void add(String clientId, Heartbeat heartbeat) {
    all.add(new SentHeartbeat(clientId, heartbeat));
  }

  /**
   * Returns the bins of a device, with all of its metrics, each as a text.
   *
   * @param clients clients whose readings count
   */
  public List<String> deviceBins(String uuid, Predicate<String> clients, Bins bins) {
    var readings =
        all.stream().filter(sent -> clients.test(sent.clientId)).flatMap(sent -> sent.of(uuid));
    var minutes = readings.collect(Collectors.groupingBy(SentReading::minute));
    var byBin =
        minutes.values().stream()
            .flatMap(List::stream)
            .collect(Collectors.groupingBy(reading -> bins.indexOf(reading.millis)));
    return bins.rows(
        index -> {
          var inBin = byBin.getOrDefault(index, List.of());
          var values = new ArrayList<String>();
          for (var metric : SeriesMetric.OF_DEVICE.subList(0, 4)) {
            var numbers =
                inBin.stream().flatMap(reading -> reading.value(metric).stream()).toList();
            values.addAll(statistics(numbers));
          }
          values.add(
              text(bins.stepMillis < MINUTE_MILLIS ? shares(inBin, minutes) : minutes(inBin)));
          return values.toString();
        });
  }

  /** Returns the bins of a host, with all of its metrics, each as a text. */
  public List<String> hostBins(String clientId, Bins bins) {
    var byBin =
        all.stream()
            .filter(sent -> sent.clientId.equals(clientId))
            .map(SentHeartbeat::heartbeat)
            .collect(Collectors.groupingBy(heartbeat -> bins.indexOf(heartbeat.atMillis())));
    return bins.rows(
        index -> {
          var inBin = byBin.getOrDefault(index, List.of());
          var values = new ArrayList<String>();
          values.addAll(statistics(numbers(inBin, heartbeat -> (long) heartbeat.cpuPercent())));
          values.addAll(statistics(numbers(inBin, heartbeat -> (long) heartbeat.memoryPercent())));
          values.addAll(statistics(numbers(inBin, heartbeat -> (long) heartbeat.diskPercent())));
          values.add(total(numbers(inBin, Heartbeat::networkUpBytes)));
          values.add(total(numbers(inBin, Heartbeat::networkDownBytes)));
          return values.toString();
        });
  }

  private static List<Long> numbers(List<Heartbeat> heartbeats, Function<Heartbeat, Long> value) {
    return heartbeats.stream().map(value).toList();
  }

  private static List<String> statistics(List<Long> numbers) {
    if (numbers.isEmpty()) {
      return List.of("null", "null", "null");
    }
    var sum = BigDecimal.valueOf(numbers.stream().mapToLong(number -> number).sum());
    var mean = sum.divide(BigDecimal.valueOf(numbers.size()), 3, RoundingMode.HALF_UP);
    return List.of(
        plain(mean),
        String.valueOf(numbers.stream().min(Long::compare).orElseThrow()),
        String.valueOf(numbers.stream().max(Long::compare).orElseThrow()));
  }

  private static String total(List<Long> numbers) {
    return numbers.isEmpty()
        ? "null"
        : String.valueOf(numbers.stream().mapToLong(number -> number).sum());
  }

  /** Returns the energy of whole minutes: the mean power of each, rounded, times 60 s. */
  private static Optional<BigDecimal> minutes(List<SentReading> readings) {
    return readings.stream()
        .filter(reading -> reading.value(SeriesMetric.POWER).isPresent())
        .collect(Collectors.groupingBy(SentReading::minute))
        .values()
        .stream()
        .map(
            minute ->
                minute.stream()
                    .map(reading -> BigDecimal.valueOf(reading.watts()))
                    .reduce(BigDecimal.ZERO, BigDecimal::add)
                    .multiply(SIXTY)
                    .divide(BigDecimal.valueOf(minute.size()), 0, RoundingMode.HALF_UP))
        .reduce(BigDecimal::add);
  }

  /** Returns the energy of single readings: each stands for an equal share of its minute. */
  private static Optional<BigDecimal> shares(
      List<SentReading> readings, Map<String, List<SentReading>> minutes) {
    return readings.stream()
        .filter(reading -> reading.value(SeriesMetric.POWER).isPresent())
        .map(
            reading ->
                BigDecimal.valueOf(reading.watts())
                    .multiply(SIXTY)
                    .divide(
                        BigDecimal.valueOf(
                            Optional.ofNullable(minutes.get(reading.minute())).stream()
                                .flatMap(List::stream)
                                .filter(other -> other.value(SeriesMetric.POWER).isPresent())
                                .count()),
                        MathContext.DECIMAL128))
        .reduce(BigDecimal::add);
  }

  private static String text(Optional<BigDecimal> joules) {
    return joules.map(sum -> plain(sum.setScale(3, RoundingMode.HALF_UP))).orElse("null");
  }

  /** Returns a number without trailing zeros. */
  public static String plain(BigDecimal number) {
    return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
  }

  private record SentHeartbeat(String clientId, Heartbeat heartbeat) {
    Stream<SentReading> of(String uuid) {
      return heartbeat.devices().stream()
          .flatMap(List::stream)
          .filter(device -> device.device().uuid().equals(uuid))
          .map(device -> new SentReading(clientId, heartbeat.atMillis(), device));
    }
  }

  private record SentReading(String clientId, long millis, DeviceReading device) {
    String minute() {
      return clientId + " " + Math.floorDiv(millis, MINUTE_MILLIS);
    }

    Optional<Long> value(SeriesMetric metric) {
      return switch (metric) {
        case UTILIZATION -> rounded(device.usagePercent());
        case POWER -> rounded(device.powerWatts());
        case MEMORY -> Optional.of(memoryPercent());
        case TEMPERATURE -> device.temperatureCelsius().stream().boxed().findFirst();
        case ENERGY, CPU, DISK, NETWORK_UP, NETWORK_DOWN ->
            throw new IllegalArgumentException(metric.key());
      };
    }

    long watts() {
      return value(SeriesMetric.POWER).orElseThrow();
    }

    /** Returns the memory in use, of which the total is 100 in this test. */
    private long memoryPercent() {
      assertThat(device.memory().memoryTotalBytes()).hasValue(100);
      return device.memory().memoryUsedBytes().orElseThrow();
    }

    private static Optional<Long> rounded(OptionalDouble value) {
      return value.stream().mapToObj(Math::round).findFirst();
    }
  }

  /**
   * The bins of a range.
   *
   * @param firstMillis start of the first one
   * @param stepMillis width of each
   * @param count their number
   */
  public record Bins(long firstMillis, long stepMillis, int count) {
    /** Returns the bins that contain a part of a range. */
    public static Bins of(long fromMillis, long untilMillis, long stepMillis) {
      var first = fromMillis - Math.floorMod(fromMillis, stepMillis);
      var bins = 0;
      for (var start = first; start < untilMillis; start += stepMillis) {
        bins++;
      }
      return new Bins(first, stepMillis, bins);
    }

    long indexOf(long millis) {
      return Math.floorDiv(millis - firstMillis, stepMillis);
    }

    List<String> rows(Function<Long, String> row) {
      return LongStream.range(0, count).mapToObj(row::apply).toList();
    }
  }
}
