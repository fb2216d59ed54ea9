package io.muster.collector.nvml;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toSet;

import io.muster.collector.nvml.binding.NvmlBinding;
import io.muster.collector.nvml.binding.NvmlException;
import io.muster.collector.nvml.binding.NvmlFunction;
import io.muster.collector.nvml.binding.NvmlSession;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Every GPU that this source has seen, in the driver's order and known by UUID. One that the driver
 * has stopped listing keeps its place, without readings, until the collector starts anew: a monitor
 * must not forget a GPU because it broke. One that never told its UUID is called {@code GPU-} and
 * its index, so that those behind it keep their places.
 */
final class NvmlRoster {
  private static final Pattern PLACEHOLDER = Pattern.compile("GPU-\\d{1,4}");

  private final Troubles troubles;
  private List<NvmlGpu> gpus = List.of();

  /** Those of the last enumeration, by the driver's index. */
  private List<NvmlGpu> listed = List.of();

  private @Nullable NvmlSession session;

  NvmlRoster(Troubles troubles) {
    this.troubles = troubles;
  }

  /** All GPUs, by place. */
  List<NvmlGpu> gpus() {
    return gpus;
  }

  /** Whether each of them has a handle. */
  boolean complete() {
    return gpus.stream().allMatch(NvmlGpu::attached);
  }

  /** Whether that session lists other GPUs than those known, or was not asked yet. */
  boolean outdated(NvmlSession current) {
    return session != current || current.deviceCount() != listed.size();
  }

  /** Asks that session which GPUs there are. */
  void enumerate(NvmlSession current) {
    var slots = IntStream.range(0, current.deviceCount()).mapToObj(i -> slot(current, i)).toList();
    var uuids = slots.stream().flatMap(slot -> slot.uuid().stream()).collect(toSet());
    var found = slots.stream().map(slot -> gpu(slot, uuids)).toList();
    for (int index = 0; index < found.size(); index++) {
      slots.get(index).settle(current, found.get(index), troubles);
    }
    gpus = withMissing(found);
    listed = found;
    session = current;
  }

  /** The session is over: nobody answers. */
  void detach() {
    gpus.forEach(NvmlGpu::detach);
    session = null;
  }

  /** Such as {@code 7 x NVIDIA H200 + 1 x NVIDIA A2}. */
  String summary() {
    return gpus.stream()
        .collect(groupingBy(NvmlGpu::name, LinkedHashMap::new, counting()))
        .entrySet()
        .stream()
        .map(entry -> entry.getValue() + " x " + entry.getKey())
        .collect(joining(" + "));
  }

  private static Slot slot(NvmlSession session, int index) {
    try {
      long handle = session.handle(index);
      return new Slot(index, handle, Optional.of(uuid(session, handle)), Optional.empty());
    } catch (NvmlException refused) {
      if (Troubles.endsSession(refused.code())) {
        throw refused;
      }
      return new Slot(index, 0, Optional.empty(), Optional.of(refused));
    }
  }

  private static String uuid(NvmlSession session, long handle) {
    var text = new byte[NvmlBinding.TEXT_BUFFER_BYTES];
    int code = session.binding().text(NvmlFunction.UUID, handle, text);
    if (code != NvmlBinding.SUCCESS) {
      throw session.refusal(NvmlFunction.UUID, code);
    }
    return NvmlSession.text(text);
  }

  private NvmlGpu gpu(Slot slot, Set<String> uuids) {
    return slot.uuid().map(this::known).orElseGet(() -> presumed(slot.index(), uuids));
  }

  private NvmlGpu known(String uuid) {
    return gpus.stream()
        .filter(gpu -> gpu.uuid().equals(uuid))
        .findFirst()
        .orElseGet(() -> new NvmlGpu(uuid, troubles));
  }

  /** A GPU that does not tell who it is: the one that had this index, if no other slot has it. */
  private NvmlGpu presumed(int index, Set<String> uuids) {
    return listed.stream()
        .skip(index)
        .limit(1)
        .filter(gpu -> !uuids.contains(gpu.uuid()))
        .findFirst()
        .orElseGet(() -> known("GPU-" + index));
  }

  /** Those found, and in their old places those that the driver no longer lists. */
  private List<NvmlGpu> withMissing(List<NvmlGpu> found) {
    var all = new ArrayList<>(found);
    for (int place = 0; place < gpus.size(); place++) {
      var gpu = gpus.get(place);
      if (!found.contains(gpu) && !PLACEHOLDER.matcher(gpu.uuid()).matches()) {
        gpu.detach(new NvmlException(NvmlBinding.GPU_NOT_FOUND, "no longer listed by the driver"));
        all.add(Math.min(place, all.size()), gpu);
      }
    }
    return List.copyOf(all);
  }

  /**
   * What the driver said about one index.
   *
   * @param handle good only with a UUID
   * @param refused why there is no UUID
   */
  private record Slot(
      int index, long handle, Optional<String> uuid, Optional<NvmlException> refused) {

    void settle(NvmlSession session, NvmlGpu gpu, Troubles troubles) {
      refused.ifPresentOrElse(
          gpu::detach, () -> gpu.attach(new NvmlDevice(session, handle, gpu.uuid(), troubles)));
    }
  }
}
