package io.muster.schema.state;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.muster.schema.gpu.GpuState;
import io.muster.schema.json.WireJson;
import io.muster.schema.json.WireTime;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Function;

/**
 * The JSON of a fleet state and of the changes between two of them, spliced from hosts that are
 * encoded already. A change contains all values of each host in it, so that it may be applied to
 * any state between its {@code from} and its {@code seq}. One line, no trailing newline.
 *
 * <pre>
 * {@code {"v":1,"type":"state","epoch":"...","seq":7,"at":"...","host_states":[...],"gpu_states":[...],
 *  "hosts":[{"id":3,...}],"values":[[3,[0,12,41],[0,87,65536,412,54,...]]]}
 * {"v":1,"type":"tick","from":7,"seq":8,"at":"...","hosts":[],"gone":[],"values":[[3,...]]}}
 * </pre>
 */
public final class FleetStateJson {
  /** Version of the form; only a breaking change increments it. */
  public static final int VERSION = 1;

  private static final byte[] STATES =
      (",\"host_states\":" + text(HostState.words()) + ",\"gpu_states\":" + text(GpuState.words()))
          .getBytes(UTF_8);

  private FleetStateJson() {}

  /** Returns the state of all hosts. */
  public static byte[] encodeState(StateHead head, Collection<FleetHost> hosts) {
    var json = new ByteArrayOutputStream(256);
    write(json, "{\"v\":" + VERSION + ",\"type\":\"state\",\"epoch\":" + text(head.epoch()));
    writeSequence(json, head);
    json.writeBytes(STATES);
    writeArray(json, "hosts", hosts, FleetHost::factsJson);
    writeArray(json, "values", hosts, FleetHost::summaryJson);
    json.write('}');
    return json.toByteArray();
  }

  /**
   * Returns the changes since an earlier state.
   *
   * @param from sequence number of the earlier state
   */
  public static byte[] encodeChange(StateHead head, long from, StateChange change) {
    var json = new ByteArrayOutputStream(256);
    write(json, "{\"v\":" + VERSION + ",\"type\":\"tick\",\"from\":" + from);
    writeSequence(json, head);
    writeArray(json, "hosts", change.described(), FleetHost::factsJson);
    writeArray(json, "gone", change.goneIds(), id -> Integer.toString(id).getBytes(US_ASCII));
    writeArray(json, "values", change.changed(), FleetHost::summaryJson);
    json.write('}');
    return json.toByteArray();
  }

  /** Returns {@code [id,[values of the host],[values of its GPUs]]}. */
  static byte[] encodeSummary(int id, HostSummary summary) {
    var json = new StringBuilder(64 + 24 * summary.gpus().size());
    json.append('[').append(id).append(",[").append(summary.state().code());
    append(json, summary.cpuPercent());
    append(json, summary.memoryPercent());
    summary.lastSeenAt().map(Instant::getEpochSecond).ifPresent(at -> json.append(',').append(at));
    json.append("],[");
    var separator = "";
    for (var gpu : summary.gpus()) {
      json.append(separator).append(gpu.state().code());
      separator = ",";
      append(json, gpu.utilizationPercent());
      append(json, gpu.usedMemoryMib());
      append(json, gpu.powerWatts());
      append(json, gpu.temperatureCelsius());
    }
    return json.append("]]").toString().getBytes(US_ASCII);
  }

  private static void append(StringBuilder json, OptionalInt value) {
    json.append(',');
    if (value.isPresent()) {
      json.append(value.getAsInt());
    } else {
      json.append("null");
    }
  }

  private static void writeSequence(ByteArrayOutputStream json, StateHead head) {
    write(json, ",\"seq\":" + head.sequence() + ",\"at\":" + text(WireTime.utcMicros(head.at())));
  }

  private static <T> void writeArray(
      ByteArrayOutputStream json, String key, Collection<T> elements, Function<T, byte[]> encoder) {
    write(json, ",\"" + key + "\":[");
    var separator = "";
    for (var element : elements) {
      write(json, separator);
      separator = ",";
      json.writeBytes(encoder.apply(element));
    }
    json.write(']');
  }

  private static void write(ByteArrayOutputStream json, String text) {
    json.writeBytes(text.getBytes(UTF_8));
  }

  private static String text(Object value) {
    return new String(WireJson.bytes(value), UTF_8);
  }

  /**
   * The differences between two states.
   *
   * @param described hosts that are new, or whose facts changed
   * @param goneIds ids of the hosts that are no longer known
   * @param changed hosts that are new, or whose summary changed
   */
  public record StateChange(
      List<FleetHost> described, List<Integer> goneIds, List<FleetHost> changed) {
    public StateChange {
      described = List.copyOf(described);
      goneIds = List.copyOf(goneIds);
      changed = List.copyOf(changed);
    }
  }
}
