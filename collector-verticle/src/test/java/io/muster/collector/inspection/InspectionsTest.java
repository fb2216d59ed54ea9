package io.muster.collector.inspection;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.collector.inspection.InspectionTally.Kind;
import io.muster.schema.frame.FrameTestData;
import io.muster.schema.inspection.GpuVitals;
import io.muster.schema.inspection.SampleRequest;
import io.muster.schema.inspection.Vitals;
import io.muster.schema.inspection.WithAge;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class InspectionsTest extends InspectionWorld {
  @Test
  void construct_readsAndOpensNothing() {
    var inspections = inspections(PATIENT);

    assertThat(inspections.isOpen()).isFalse();
    assertThat(opened).hasValue(0);
  }

  @Test
  void vitals_first_isATrueDifference() throws TimeoutException {
    var vitals = vitals(inspections(PATIENT), NEW);

    assertThat(vitals.value().atMillis()).as("the second reading").isEqualTo(2);
    assertThat(pauses).containsExactly(Duration.ofMillis(250));
    assertThat(vitals.ageMillis()).isZero();
    assertThat(tally.samplings(Kind.VITALS)).isEqualTo(1);
    assertThat(inspector.thread).startsWith("muster-test-inspection");
  }

  @Test
  void vitals_soonAgain_isTheDifferenceToTheLast() throws TimeoutException {
    var inspections = inspections(PATIENT);
    vitals(inspections, NEW);

    turn(Duration.ofSeconds(65));
    assertThat(vitals(inspections, NEW).value().atMillis()).isEqualTo(3);
    turn(Duration.ofSeconds(65).plusNanos(1));
    assertThat(vitals(inspections, NEW).value().atMillis()).as("primed anew").isEqualTo(5);
  }

  @Test
  void vitals_manyAtOnce_shareOneSampling() throws TimeoutException {
    var inspections = inspections(PATIENT);

    var answers =
        await(
            () ->
                Future.all(
                    IntStream.range(0, 100).mapToObj(each -> inspections.vitals(NEW)).toList()));

    assertThat(answers.<WithAge<Vitals>>list())
        .hasSize(100)
        .containsOnly(answers.<WithAge<Vitals>>resultAt(0));
    assertThat(inspector.vitals).hasValue(2);
    assertThat(tally.samplings(Kind.VITALS)).isEqualTo(1);
    assertThat(tally.answers(Kind.VITALS)).isEqualTo(100);
  }

  @Test
  void vitals_youngEnough_areGivenAgainWithTheirAge() throws TimeoutException {
    var inspections = inspections(PATIENT);
    vitals(inspections, NEW);

    turn(Duration.ofMillis(1700));

    assertThat(vitals(inspections, new SampleRequest(1700)).ageMillis()).isEqualTo(1700);
    assertThat(inspector.vitals).hasValue(2);
    assertThat(vitals(inspections, new SampleRequest(1699)).ageMillis()).isZero();
    assertThat(inspector.vitals).hasValue(3);
  }

  @Test
  void vitals_flood_samplesTenTimesASecondAtMost() throws TimeoutException {
    var inspections = inspections(PATIENT);
    vitals(inspections, NEW);

    for (int request = 0; request < 200; request++) {
      turn(Duration.ofMillis(5));
      vitals(inspections, new SampleRequest(request % 2 == 0 ? 0 : -1_000));
    }

    assertThat(tally.samplings(Kind.VITALS)).isBetween(10L, 11L);
  }

  @Test
  void disks_flood_samplesFourTimesASecondAtMost() throws TimeoutException {
    var inspections = inspections(PATIENT);
    for (int request = 0; request < 200; request++) {
      await(() -> inspections.disks(NEW));
      turn(Duration.ofMillis(5));
    }

    assertThat(inspector.disks).hasValue(4);
  }

  @Test
  void vitals_coarseInspector_isNotAskedSooner() throws TimeoutException {
    inspector.resolution = Duration.ofMillis(350);
    var inspections = inspections(PATIENT);
    vitals(inspections, NEW);

    turn(Duration.ofMillis(349));
    vitals(inspections, NEW);

    assertThat(inspector.vitals).hasValue(2);
    assertThat(pauses).containsExactly(Duration.ofMillis(350));
  }

  @Test
  void vitals_gpus_areThoseOfTheLanes() throws TimeoutException {
    var gpu = FrameTestData.gpu("gpu-01");
    gpus = () -> Future.succeededFuture(List.of(gpu));

    assertThat(vitals(inspections(PATIENT), NEW).value().gpus())
        .containsExactly(
            new GpuVitals(
                gpu.name(),
                gpu.utilization(),
                gpu.usedMemory(),
                gpu.totalMemory(),
                OptionalDouble.of((double) gpu.temperature().orElseThrow()),
                gpu.powerConsumption()));
  }
}
