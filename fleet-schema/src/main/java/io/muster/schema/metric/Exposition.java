package io.muster.schema.metric;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.muster.schema.json.PlainDecimal;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * Renders hosts in Prometheus' text format 0.0.4: one HELP and one TYPE for each family that has a
 * sample, plain decimals, no time stamps. A reading that is missing has no sample.
 */
public final class Exposition {
  private final StringBuilder text = new StringBuilder(16_384);

  private Exposition() {}

  /** The whole exposition of the hosts, families in the order of {@link MetricId}. */
  public static byte[] of(List<HostScrape> hosts) {
    var exposition = new Exposition();
    for (var metric : MetricId.values()) {
      exposition.family(metric, hosts);
    }
    return exposition.text.toString().getBytes(UTF_8);
  }

  private void family(MetricId metric, List<HostScrape> hosts) {
    var samples = new Family(metric);
    hosts.forEach(host -> metric.rows().emit(host, samples));
  }

  /** Takes the samples of one family. */
  final class Family {
    private final MetricId metric;
    private boolean headed;

    private Family(MetricId metric) {
      this.metric = metric;
    }

    void sample(LabelSet labels, OptionalDouble value) {
      value.ifPresent(number -> sample(labels, number));
    }

    void sample(LabelSet labels, double value) {
      if (Double.isFinite(value)) {
        line(labels, PlainDecimal.shortest(value));
      }
    }

    void sample(LabelSet labels, long value) {
      line(labels, Long.toString(value));
    }

    private void line(LabelSet labels, String value) {
      if (!headed) {
        headed = true;
        head();
      }
      text.append(metric.wireName()).append('{').append(labels.text()).append("} ");
      text.append(value).append('\n');
    }

    private void head() {
      var name = metric.wireName();
      var type = metric.kind().name().toLowerCase(Locale.ROOT);
      text.append("# HELP ").append(name).append(' ').append(metric.help()).append('\n');
      text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    }
  }
}
