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
 * Every GPU that this source has found, in the driver's order and identified by UUID. A GPU that
 * the driver no longer lists keeps its index, without readings, until the collector restarts: a
 * monitor must not forget a GPU because it broke. A GPU that has not reported its UUID has the
 * placeholder {@code GPU-} and its index, so that the GPUs after it keep their indexes. Used by the
 * lane's thread only.
 */
final class NvmlGpuRegistry {
  private static final Pattern PLACEHOLDER_UUID = Pattern.compile("GPU-\\d{1,4}");

  private final ReadFailures failures;
  private List<NvmlGpu> gpus = List.of();

  /** GPUs of the last enumeration, by the driver's index. */
  private List<NvmlGpu> listedGpus = List.of();

  private @Nullable NvmlSession session;

  NvmlGpuRegistry(ReadFailures failures) {
    this.failures = failures;
  }

  /** Returns all GPUs, by index. */
  List<NvmlGpu> gpus() {
    return gpus;
  }

  /** Returns true if each GPU has a handle. */
  boolean isComplete() {
    return gpus.stream().allMatch(NvmlGpu::isAttached);
  }

  /** Returns true if the session lists another number of GPUs, or was not enumerated yet. */
  boolean isOutdated(NvmlSession current) {
    return session != current || current.deviceCount() != listedGpus.size();
  }

  /** Enumerates the GPUs of a session. */
  void enumerate(NvmlSession current) {
    var entries =
        IntStream.range(0, current.deviceCount()).mapToObj(i -> enumeratedGpu(current, i)).toList();
    var uuids = entries.stream().flatMap(entry -> entry.uuid().stream()).collect(toSet());
    var enumerated = entries.stream().map(entry -> findGpu(entry, uuids)).toList();
    for (int index = 0; index < enumerated.size(); index++) {
      entries.get(index).attachOrDetach(current, enumerated.get(index), failures);
    }
    gpus = withUnlisted(enumerated);
    listedGpus = enumerated;
    session = current;
  }

  /** Detaches all GPUs because the session has ended. */
  void detachAll() {
    gpus.forEach(NvmlGpu::detach);
    session = null;
  }

  /** Returns the number of GPUs of each model, such as {@code 7 x NVIDIA H200 + 1 x NVIDIA A2}. */
  String summary() {
    return gpus.stream()
        .collect(groupingBy(NvmlGpu::name, LinkedHashMap::new, counting()))
        .entrySet()
        .stream()
        .map(entry -> entry.getValue() + " x " + entry.getKey())
        .collect(joining(" + "));
  }

  private static EnumeratedGpu enumeratedGpu(NvmlSession session, int index) {
    try {
      long handle = session.handle(index);
      return new EnumeratedGpu(index, handle, Optional.of(uuid(session, handle)), Optional.empty());
    } catch (NvmlException exception) {
      if (ReadFailures.isSessionFatal(exception.code())) {
        throw exception;
      }
      return new EnumeratedGpu(index, 0, Optional.empty(), Optional.of(exception));
    }
  }

  private static String uuid(NvmlSession session, long handle) {
    var text = new byte[NvmlBinding.TEXT_BUFFER_BYTES];
    int code = session.binding().text(NvmlFunction.UUID, handle, text);
    if (code != NvmlBinding.SUCCESS) {
      throw session.exception(NvmlFunction.UUID, code);
    }
    return NvmlSession.text(text);
  }

  private NvmlGpu findGpu(EnumeratedGpu entry, Set<String> uuids) {
    return entry.uuid().map(this::findByUuid).orElseGet(() -> findByIndex(entry.index(), uuids));
  }

  private NvmlGpu findByUuid(String uuid) {
    return gpus.stream()
        .filter(gpu -> gpu.uuid().equals(uuid))
        .findFirst()
        .orElseGet(() -> new NvmlGpu(uuid, failures));
  }

  /**
   * Returns the GPU for an index without a UUID: the previous one, if no other index reports its
   * UUID.
   */
  private NvmlGpu findByIndex(int index, Set<String> uuids) {
    return listedGpus.stream()
        .skip(index)
        .limit(1)
        .filter(gpu -> !uuids.contains(gpu.uuid()))
        .findFirst()
        .orElseGet(() -> findByUuid("GPU-" + index));
  }

  /**
   * Returns the enumerated GPUs and, at their previous indexes, those that the driver no longer
   * lists.
   */
  private List<NvmlGpu> withUnlisted(List<NvmlGpu> enumerated) {
    var all = new ArrayList<>(enumerated);
    for (int index = 0; index < gpus.size(); index++) {
      var gpu = gpus.get(index);
      if (!enumerated.contains(gpu) && !PLACEHOLDER_UUID.matcher(gpu.uuid()).matches()) {
        gpu.detach(new NvmlException(NvmlBinding.GPU_NOT_FOUND, "no longer listed by the driver"));
        all.add(Math.min(index, all.size()), gpu);
      }
    }
    return List.copyOf(all);
  }

  /**
   * Result of enumerating one index.
   *
   * @param handle valid only with a UUID
   * @param failure reason why there is no UUID
   */
  private record EnumeratedGpu(
      int index, long handle, Optional<String> uuid, Optional<NvmlException> failure) {

    void attachOrDetach(NvmlSession session, NvmlGpu gpu, ReadFailures failures) {
      failure.ifPresentOrElse(
          gpu::detach, () -> gpu.attach(new NvmlDevice(session, handle, gpu.uuid(), failures)));
    }
  }
}
