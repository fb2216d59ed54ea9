package io.muster.collector.nvml;

import static io.muster.collector.nvml.binding.NvmlBinding.GPU_IS_LOST;
import static io.muster.collector.nvml.binding.NvmlBinding.NOT_SUPPORTED;
import static io.muster.collector.nvml.binding.NvmlBinding.NO_PERMISSION;
import static io.muster.collector.nvml.binding.NvmlBinding.SUCCESS;
import static io.muster.schema.gpu.GpuReading.TOTAL_MEMORY;
import static io.muster.schema.gpu.GpuReading.UTILIZATION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.muster.collector.nvml.binding.NvmlFunction;
import io.muster.collector.source.ReadFailure;
import io.muster.collector.source.ReadFailure.FailureReason;
import io.muster.schema.gpu.Gpu;
import io.muster.schema.gpu.Mig;
import io.muster.schema.gpu.MigInstance;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Reading of a GPU and its MIG instances. */
class NvmlMigTest {
  private static final String SMALL = "MIG-11111111-0000-0000-0000-000000000001";
  private static final String LARGE = "MIG-22222222-0000-0000-0000-000000000002";

  private final FakeGpu gpu = new FakeGpu("GPU-aaaaaaaa-1");
  private final FakeGpu small = instance(SMALL, 9, "1g.10gb", 10);
  private final FakeGpu large = instance(LARGE, 1, "3g.40gb", 40);
  private final FakeNvmlBinding nvml = new FakeNvmlBinding(gpu);
  private final NvmlSourceFixture fixture = new NvmlSourceFixture(nvml);

  @Test
  void read_notPartitioned_reportsOnlyTheMode() {
    assertThat(onlyGpu().mig()).contains(new Mig(0, 1, List.of()));
    assertThat(nvml.callCount(NvmlFunction.MAX_MIG_DEVICE_COUNT)).isZero();
  }

  @Test
  void read_migNotSupported_isEmptyAndNotCalledAgain() {
    gpu.withCode(NvmlFunction.MIG_MODE, NOT_SUPPORTED);

    assertThat(onlyGpu().mig()).isEmpty();
    assertThat(onlyGpu().mig()).isEmpty();

    assertThat(nvml.callCount(NvmlFunction.MIG_MODE)).isEqualTo(1);
  }

  @Test
  void read_driverWithoutMig_isEmpty() {
    nvml.missingFunctions.add(NvmlFunction.MIG_MODE);

    assertThat(onlyGpu().mig()).isEmpty();
    assertThat(fixture.read().failures()).isEmpty();
  }

  @Test
  void read_partitioned_listsTheInstancesWithTheirIndexes() {
    gpu.instances = Map.of(0, large, 3, small);

    var readings = fixture.read();

    assertThat(readings.failures()).isEmpty();
    assertThat(readings.gpus().get(0).mig())
        .contains(
            new Mig(
                1,
                1,
                List.of(
                    instance(0, LARGE, "3g.40gb", 1, 40), instance(3, SMALL, "1g.10gb", 9, 10))));
  }

  @Test
  void read_partitioned_parentKeepsItsReadings() {
    gpu.instances = Map.of(0, large);

    var parent = onlyGpu();

    assertThat(parent.value(UTILIZATION)).hasValue(87);
    assertThat(parent.value(TOTAL_MEMORY)).hasValue(80 * FakeGpu.GIB);
    assertThat(parent.name()).isEqualTo("NVIDIA H100 80GB HBM3");
  }

  @Test
  void read_nextTick_readsOnlyChangingValues() {
    gpu.instances = Map.of(0, large, 1, small);
    fixture.read();
    nvml.calls.clear();
    small.usedBytes = 7;

    var instances = instances();

    assertThat(instances.get(1).usedMemory()).hasValue(7);
    assertThat(nvml.callCount(NvmlFunction.UUID)).isZero();
    assertThat(nvml.callCount(NvmlFunction.NAME)).isZero();
    assertThat(nvml.callCount(NvmlFunction.MEMORY_V2)).isEqualTo(3);
  }

  @Test
  void read_instancesAddedAndRemoved_updatesTheList() {
    gpu.instances = new HashMap<>(Map.of(0, large));
    assertThat(uuids()).containsExactly(LARGE);

    gpu.instances.put(1, small);
    assertThat(uuids()).containsExactly(LARGE, SMALL);

    gpu.instances.remove(0);
    assertThat(uuids()).containsExactly(SMALL);

    gpu.instances = null;
    assertThat(uuids()).isEmpty();

    gpu.instances = Map.of(0, small);
    assertThat(uuids()).containsExactly(SMALL);
  }

  @Test
  void read_handleReused_detectsTheNewInstance() {
    gpu.instances = Map.of(0, small);
    fixture.read();
    small.values.put(NvmlFunction.GPU_INSTANCE_ID, 5);
    small.name = "NVIDIA H100 80GB HBM3 MIG 2g.20gb";

    assertThat(instances()).extracting(MigInstance::profile).containsExactly("2g.20gb");
  }

  @Test
  void read_nameWithoutProfile_derivesItFromTheAttributes() {
    small.name = "NVIDIA H100 80GB HBM3";
    small.attributes = new long[] {3, 3, 40_448};
    large.name = small.name;
    large.attributes = new long[] {3, 1, 40_448};
    gpu.instances = Map.of(0, small, 1, large);

    assertThat(instances())
        .extracting(MigInstance::profile)
        .containsExactly("3g.40gb", "1c.3g.40gb");
  }

  @Test
  void read_instanceReportsNothing_isListedWithoutReadings() {
    for (var function :
        List.of(
            NvmlFunction.UUID,
            NvmlFunction.NAME,
            NvmlFunction.ATTRIBUTES,
            NvmlFunction.MEMORY_V2,
            NvmlFunction.MEMORY)) {
      small.withCode(function, NOT_SUPPORTED);
    }
    gpu.instances = Map.of(0, small);

    assertThat(instances())
        .containsExactly(
            new MigInstance(
                0,
                "MIG-GPU-aaaaaaaa-1/9/0",
                "",
                OptionalInt.of(9),
                OptionalInt.of(0),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                OptionalLong.empty(),
                OptionalLong.empty()));
  }

  @Test
  void read_instancesNotPermitted_isOneFailureOfTheGpu() {
    gpu.withCode(NvmlFunction.MIG_DEVICE_HANDLE, NO_PERMISSION);
    gpu.instances = Map.of(0, small, 1, large);

    var readings = fixture.read();

    assertThat(readings.gpus().get(0).mig()).contains(new Mig(1, 1, List.of()));
    assertThat(readings.failures())
        .extracting(ReadFailure::reason, ReadFailure::device)
        .containsExactly(tuple(FailureReason.NO_PERMISSION, gpu.uuid));
  }

  @Test
  void read_lostGpuRecovers_listsItsInstancesAgain() {
    gpu.instances = Map.of(0, small);
    fixture.read();
    gpu.code = GPU_IS_LOST;
    assertThat(fixture.advanceSeconds(3).read().gpus().get(0).mig()).isEmpty();
    gpu.code = SUCCESS;

    assertThat(fixture.advanceSeconds(60).read().gpus().get(0).mig().orElseThrow().instances())
        .hasSize(1);
  }

  private Gpu onlyGpu() {
    return fixture.read().gpus().get(0);
  }

  private List<MigInstance> instances() {
    return onlyGpu().mig().orElseThrow().instances();
  }

  private List<String> uuids() {
    return instances().stream().map(MigInstance::uuid).toList();
  }

  private static FakeGpu instance(String uuid, int gpuInstanceId, String profile, int gib) {
    var instance = FakeGpu.instance(uuid, gpuInstanceId, 0);
    instance.name += " MIG " + profile;
    instance.totalBytes = gib * FakeGpu.GIB;
    instance.usedBytes = FakeGpu.GIB;
    return instance;
  }

  private static MigInstance instance(
      int index, String uuid, String profile, int gpuInstanceId, int gib) {
    return new MigInstance(
        index,
        uuid,
        profile,
        OptionalInt.of(gpuInstanceId),
        OptionalInt.of(0),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalLong.of(FakeGpu.GIB),
        OptionalLong.of(gib * FakeGpu.GIB));
  }
}
