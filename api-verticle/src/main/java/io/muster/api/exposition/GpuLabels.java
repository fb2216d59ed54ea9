package io.muster.api.exposition;

import io.muster.schema.frame.Readings;
import io.muster.schema.gpu.Gpu;
import io.muster.schema.gpu.Mig;
import io.muster.schema.gpu.MigInstance;
import io.muster.schema.gpu.NvlinkRemoteDevice;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * The label schemas of the accelerators of a host and of their parts, with the labels of all-smi.
 */
final class GpuLabels {
  static final LabelSchema<Gpu> GPU =
      LabelSchema.ofSection(Readings::gpus)
          .label("gpu", Gpu::name)
          .label("instance", gpu -> gpu.origin().instance())
          .label("gpu_uuid", Gpu::uuid)
          .indexLabel("gpu_index");

  static final LabelSchema<Gpu> GPU_INFO =
      GPU.flatMap(Stream::of)
          .label("type", gpu -> gpu.identity().deviceType())
          .detailLabels(Gpu::detail);

  static final LabelSchema<String> GSP_VERSION =
      GPU.flatMap(gpu -> gpu.gspFirmwareVersion().stream()).label("version", version -> version);

  static final LabelSchema<NvlinkRemoteDevice> NVLINK =
      GPU.flatMap(gpu -> gpu.nvlinkRemoteDevices().stream())
          .label("link_index", link -> Integer.toString(link.linkIndex()))
          .label("remote_type", NvlinkRemoteDevice::remoteType)
          .optionalLabel("bandwidth_mb_s", GpuLabels::bandwidth);

  static final LabelSchema<Gpu> APPLE_GPU =
      GPU.flatMap(gpu -> gpu.name().contains("Apple") ? Stream.of(gpu) : Stream.empty());

  static final LabelSchema<String> THERMAL_PRESSURE =
      GPU.flatMap(gpu -> Stream.ofNullable(gpu.detail().get("thermal_pressure")))
          .label("level", level -> level);

  static final LabelSchema<String> NPU_FIRMWARE =
      LabelSchema.ofSection(Readings::gpus)
          .label("npu", Gpu::name)
          .label("instance", gpu -> gpu.origin().instance())
          .label("npu_uuid", Gpu::uuid)
          .indexLabel("npu_index")
          .flatMap(GpuLabels::npuFirmware)
          .label("firmware", firmware -> firmware);

  static final LabelSchema<Mig> MIG =
      LabelSchema.ofSection(Readings::gpus)
          .indexLabel("gpu_index")
          .label("gpu_uuid", Gpu::uuid)
          .label("gpu", Gpu::name)
          .label("instance", gpu -> gpu.origin().instance())
          .label("host", Gpu::hostname)
          .flatMap(gpu -> gpu.mig().stream());

  static final LabelSchema<MigInstance> MIG_INSTANCE =
      MIG.flatMap(mig -> mig.instances().stream())
          .label("mig_instance", instance -> Integer.toString(instance.index()))
          .label("mig_uuid", MigInstance::uuid)
          .label("mig_profile", MigInstance::profile)
          .label("gpu_instance_id", instance -> orEmpty(instance.gpuInstanceId()))
          .label("compute_instance_id", instance -> orEmpty(instance.computeInstanceId()));

  private GpuLabels() {}

  private static Stream<String> npuFirmware(Gpu gpu) {
    return gpu.identity().deviceType().equals("GPU")
        ? Stream.empty()
        : Stream.ofNullable(gpu.detail().get("firmware"));
  }

  private static Optional<String> bandwidth(NvlinkRemoteDevice link) {
    return link.bandwidthMbS().isPresent()
        ? Optional.of(Long.toString(link.bandwidthMbS().getAsLong()))
        : Optional.empty();
  }

  private static String orEmpty(OptionalInt id) {
    return id.isPresent() ? Integer.toString(id.getAsInt()) : "";
  }
}
