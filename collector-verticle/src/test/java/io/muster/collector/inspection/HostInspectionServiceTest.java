package io.muster.collector.inspection;

import static io.muster.schema.gpu.GpuReading.POWER_CONSUMPTION;
import static io.muster.schema.gpu.GpuReading.TEMPERATURE;
import static io.muster.schema.gpu.GpuReading.TOTAL_MEMORY;
import static io.muster.schema.gpu.GpuReading.USED_MEMORY;
import static io.muster.schema.gpu.GpuReading.UTILIZATION;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.collector.inspection.InspectionMetrics.InspectionType;
import io.muster.schema.frame.FrameTestData;
import io.muster.schema.inspection.AgedSample;
import io.muster.schema.inspection.GpuVitals;
import io.muster.schema.inspection.SampleRequest;
import io.muster.schema.inspection.Vitals;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HostInspectionServiceTest extends InspectionTestbed {
  @Test
  void constructor_newService_opensNothing() {
    var service = newService(LONG_TIMEOUT);

    assertThat(service.isOpen()).isFalse();
    assertThat(openCount).hasValue(0);
  }

  @Test
  void vitals_first_isMeasuredBetweenTwoReads() throws TimeoutException {
    var vitals = vitals(newService(LONG_TIMEOUT), UNCACHED);

    assertThat(vitals.value().atMillis()).as("the second reading").isEqualTo(2);
    assertThat(delays).containsExactly(Duration.ofMillis(250));
    assertThat(vitals.ageMillis()).isZero();
    assertThat(samplings(InspectionType.VITALS)).isEqualTo(1);
    assertThat(inspector.threadName).startsWith("muster-test-inspection");
  }

  @Test
  void vitals_recentBaseline_isMeasuredSinceTheLastSample() throws TimeoutException {
    var service = newService(LONG_TIMEOUT);
    vitals(service, UNCACHED);

    advance(Duration.ofSeconds(65));
    assertThat(vitals(service, UNCACHED).value().atMillis()).isEqualTo(3);
    advance(Duration.ofSeconds(65).plusNanos(1));
    assertThat(vitals(service, UNCACHED).value().atMillis()).as("primed again").isEqualTo(5);
  }

  @Test
  void vitals_concurrentRequests_shareOneSampling() throws TimeoutException {
    var service = newService(LONG_TIMEOUT);

    var results =
        await(
            () ->
                Future.all(
                    IntStream.range(0, 100).mapToObj(each -> service.vitals(UNCACHED)).toList()));

    assertThat(results.<AgedSample<Vitals>>list())
        .hasSize(100)
        .containsOnly(results.<AgedSample<Vitals>>resultAt(0));
    assertThat(inspector.vitalsCalls).hasValue(2);
    assertThat(samplings(InspectionType.VITALS)).isEqualTo(1);
    assertThat(responses(InspectionType.VITALS)).isEqualTo(100);
  }

  @Test
  void vitals_youngSample_isReturnedWithItsAge() throws TimeoutException {
    var service = newService(LONG_TIMEOUT);
    vitals(service, UNCACHED);

    advance(Duration.ofMillis(1700));

    assertThat(vitals(service, new SampleRequest(1700)).ageMillis()).isEqualTo(1700);
    assertThat(inspector.vitalsCalls).hasValue(2);
    assertThat(vitals(service, new SampleRequest(1699)).ageMillis()).isZero();
    assertThat(inspector.vitalsCalls).hasValue(3);
  }

  @Test
  void vitals_manyRequests_sampleAtMostTenTimesASecond() throws TimeoutException {
    var service = newService(LONG_TIMEOUT);
    vitals(service, UNCACHED);

    for (int request = 0; request < 200; request++) {
      advance(Duration.ofMillis(5));
      vitals(service, new SampleRequest(request % 2 == 0 ? 0 : -1_000));
    }

    assertThat(samplings(InspectionType.VITALS)).isBetween(10L, 11L);
  }

  @Test
  void disks_manyRequests_sampleAtMostFourTimesASecond() throws TimeoutException {
    var service = newService(LONG_TIMEOUT);
    for (int request = 0; request < 200; request++) {
      await(() -> service.disks(UNCACHED));
      advance(Duration.ofMillis(5));
    }

    assertThat(inspector.diskCalls).hasValue(4);
  }

  @Test
  void vitals_longMinReadInterval_isRespected() throws TimeoutException {
    inspector.minReadInterval = Duration.ofMillis(350);
    var service = newService(LONG_TIMEOUT);
    vitals(service, UNCACHED);

    advance(Duration.ofMillis(349));
    vitals(service, UNCACHED);

    assertThat(inspector.vitalsCalls).hasValue(2);
    assertThat(delays).containsExactly(Duration.ofMillis(350));
  }

  @Test
  void vitals_gpus_areThoseOfTheLanes() throws TimeoutException {
    var gpu = FrameTestData.gpu("gpu-01");
    gpus = () -> Future.succeededFuture(List.of(gpu));

    assertThat(vitals(newService(LONG_TIMEOUT), UNCACHED).value().gpus())
        .containsExactly(
            new GpuVitals(
                gpu.name(),
                gpu.value(UTILIZATION),
                gpu.wholeValue(USED_MEMORY),
                gpu.wholeValue(TOTAL_MEMORY),
                gpu.value(TEMPERATURE),
                gpu.value(POWER_CONSUMPTION)));
  }
}
