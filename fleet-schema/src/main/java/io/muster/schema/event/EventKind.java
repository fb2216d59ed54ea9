package io.muster.schema.event;

import static java.util.Collections.unmodifiableMap;
import static java.util.function.Function.identity;
import static java.util.stream.Collectors.toMap;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.muster.schema.client.Warning;
import io.muster.schema.gpu.GpuState;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The kind of a condition, whose begin and end are fleet events. Kinds may be added. */
public enum EventKind {
  /** No api node receives frames of the host, and no aggregator its heartbeats. */
  HOST_SILENT,
  GPU_DEGRADED(GpuState.DEGRADED),
  GPU_LOST(GpuState.LOST),
  GPU_RESET_REQUIRED(GpuState.RESET_REQUIRED),
  GPU_HUNG(GpuState.HUNG),
  GPU_UNREADABLE(GpuState.UNREADABLE),
  GPU_NO_PERMISSION(GpuState.NO_PERMISSION),
  GPU_ASLEEP(GpuState.ASLEEP),
  WARNING_GPU_HOT(Warning.GPU_HOT),
  WARNING_GPU_CRITICAL(Warning.GPU_CRITICAL),
  WARNING_GPU_LOST(Warning.GPU_LOST),
  WARNING_GPU_FAULT(Warning.GPU_FAULT),
  WARNING_DISK_FULL(Warning.DISK_FULL),
  WARNING_DISK_CRITICAL(Warning.DISK_CRITICAL),
  WARNING_MEMORY_FULL(Warning.MEMORY_FULL),
  /** The clock of the host differs from that of the aggregators. */
  CLOCK_SKEW,
  /** A node is a member of the cluster: it has joined, and it has left. */
  CLUSTER_MEMBER;

  private static final Map<String, EventKind> KINDS_BY_WORD =
      Arrays.stream(values()).collect(toMap(EventKind::word, identity()));
  private static final Map<GpuState, EventKind> KINDS_BY_GPU_STATE =
      kindsBy(GpuState.class, kind -> kind.gpuState);
  private static final Map<Warning, EventKind> KINDS_BY_WARNING =
      kindsBy(Warning.class, kind -> kind.warning);

  private final Optional<GpuState> gpuState;
  private final Optional<Warning> warning;

  EventKind() {
    gpuState = Optional.empty();
    warning = Optional.empty();
  }

  EventKind(GpuState gpuState) {
    this.gpuState = Optional.of(gpuState);
    warning = Optional.empty();
  }

  EventKind(Warning warning) {
    gpuState = Optional.empty();
    this.warning = Optional.of(warning);
  }

  /** Returns the kind of an accelerator in this state; empty if it is well. */
  public static Optional<EventKind> of(GpuState state) {
    return Optional.ofNullable(KINDS_BY_GPU_STATE.get(state));
  }

  /** Returns the kind of a stored warning; empty for one that is computed at a request. */
  public static Optional<EventKind> of(Warning warning) {
    return Optional.ofNullable(KINDS_BY_WARNING.get(warning));
  }

  /** Returns the kind of this name; empty if there is none. */
  public static Optional<EventKind> ofWord(String word) {
    return Optional.ofNullable(KINDS_BY_WORD.get(word));
  }

  /** Returns the kinds that api nodes observe. */
  public static List<EventKind> observed() {
    return Arrays.stream(values())
        .filter(kind -> kind == HOST_SILENT || kind == CLUSTER_MEMBER || kind.gpuState.isPresent())
        .toList();
  }

  /** Returns the state of an accelerator with this condition; empty for other kinds. */
  public Optional<GpuState> gpuState() {
    return gpuState;
  }

  /** Returns the name on the wire. */
  @JsonValue
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  private static <K extends Enum<K>> Map<K, EventKind> kindsBy(
      Class<K> type, Function<EventKind, Optional<K>> key) {
    var kinds = new EnumMap<K, EventKind>(type);
    for (var kind : values()) {
      key.apply(kind).ifPresent(value -> kinds.put(value, kind));
    }
    return unmodifiableMap(kinds);
  }

  @JsonCreator
  static EventKind parse(String word) {
    return ofWord(word).orElseThrow(() -> new IllegalArgumentException("kind=" + word));
  }
}
