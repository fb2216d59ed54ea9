package io.muster.schema.metric;

import io.muster.schema.frame.Readings;
import io.muster.schema.gpu.Gpu;
import io.muster.schema.gpu.Mig;
import io.muster.schema.gpu.MigInstance;
import io.muster.schema.gpu.NvlinkRemoteDevice;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** The accelerators of a host and their parts, with the labels that all-smi gives them. */
final class GpuSubjects {
  static final Subject<Gpu> GPU =
      Subject.each(Readings::gpus)
          .label("gpu", Gpu::name)
          .label("instance", Gpu::instance)
          .label("gpu_uuid", Gpu::uuid)
          .position("gpu_index");

  static final Subject<Gpu> GPU_INFO =
      GPU.inner(Stream::of).label("type", Gpu::deviceType).detail(Gpu::detail);

  static final Subject<String> GSP_VERSION =
      GPU.inner(gpu -> gpu.gspFirmwareVersion().stream()).label("version", version -> version);

  static final Subject<NvlinkRemoteDevice> NVLINK =
      GPU.inner(gpu -> gpu.nvlinkRemoteDevices().stream())
          .label("link_index", link -> Integer.toString(link.linkIndex()))
          .label("remote_type", NvlinkRemoteDevice::remoteType)
          .option("bandwidth_mb_s", GpuSubjects::bandwidth);

  static final Subject<Gpu> APPLE_GPU =
      GPU.inner(gpu -> gpu.name().contains("Apple") ? Stream.of(gpu) : Stream.empty());

  static final Subject<String> THERMAL_PRESSURE =
      GPU.inner(gpu -> Stream.ofNullable(gpu.detail().get("thermal_pressure")))
          .label("level", level -> level);

  static final Subject<String> NPU_FIRMWARE =
      Subject.each(Readings::gpus)
          .label("npu", Gpu::name)
          .label("instance", Gpu::instance)
          .label("npu_uuid", Gpu::uuid)
          .position("npu_index")
          .inner(GpuSubjects::npuFirmware)
          .label("firmware", firmware -> firmware);

  static final Subject<Mig> MIG =
      Subject.each(Readings::gpus)
          .position("gpu_index")
          .label("gpu_uuid", Gpu::uuid)
          .label("gpu", Gpu::name)
          .label("instance", Gpu::instance)
          .label("host", Gpu::hostname)
          .inner(gpu -> gpu.mig().stream());

  static final Subject<MigInstance> MIG_INSTANCE =
      MIG.inner(mig -> mig.instances().stream())
          .label("mig_instance", instance -> Integer.toString(instance.index()))
          .label("mig_uuid", MigInstance::uuid)
          .label("mig_profile", MigInstance::profile)
          .label("gpu_instance_id", instance -> orEmpty(instance.gpuInstanceId()))
          .label("compute_instance_id", instance -> orEmpty(instance.computeInstanceId()));

  private GpuSubjects() {}

  private static Stream<String> npuFirmware(Gpu gpu) {
    return gpu.deviceType().equals("GPU")
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
