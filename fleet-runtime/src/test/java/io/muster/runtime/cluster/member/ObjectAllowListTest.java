package io.muster.runtime.cluster.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hazelcast.config.DataConnectionConfig;
import com.hazelcast.core.HazelcastJsonValue;
import com.hazelcast.executor.impl.operations.CallableTaskOperation;
import com.hazelcast.internal.cluster.impl.operations.OnJoinOp;
import com.hazelcast.internal.diagnostics.DiagnosticsConfig;
import com.hazelcast.internal.dynamicconfig.AddDynamicConfigOperation;
import com.hazelcast.internal.dynamicconfig.ConfigCheckMode;
import com.hazelcast.internal.dynamicconfig.DynamicConfigPreJoinOperation;
import com.hazelcast.internal.serialization.DataSerializerHook;
import com.hazelcast.internal.serialization.InternalSerializationService;
import com.hazelcast.internal.serialization.impl.DefaultSerializationServiceBuilder;
import com.hazelcast.internal.serialization.impl.HeapData;
import com.hazelcast.jet.datamodel.Tuple2;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.DataSerializable;
import com.hazelcast.nio.serialization.HazelcastSerializationException;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import com.hazelcast.query.Predicates;
import com.hazelcast.version.Version;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.spi.cluster.RegistrationInfo;
import io.vertx.spi.cluster.hazelcast.impl.HazelcastRegistrationInfo;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class ObjectAllowListTest {
  private static final Path SERVICES =
      Path.of("src/main/resources/META-INF/services/com.hazelcast.DataSerializerHook");

  private final Counter rejections = new SimpleMeterRegistry().counter("rejections");
  private final InternalSerializationService members =
      new DefaultSerializationServiceBuilder().build();

  ObjectAllowListTest() {
    ObjectAllowList.applyTo(members, rejections);
  }

  @ParameterizedTest
  @MethodSource("exchanged")
  void read_objectThatMembersExchange_isRead(Object value) {
    assertThat(sendAndReceive(value)).isEqualTo(value);
    assertThat(rejections.count()).isZero();
  }

  @Test
  void read_operationOfTheCluster_isRead() {
    assertThat(sendAndReceive(new OnJoinOp(List.of()))).isInstanceOf(OnJoinOp.class);
  }

  @ParameterizedTest
  @MethodSource("refused")
  void read_anyOtherObject_isRefusedWithoutStackTraceAndCounted(Object value) {
    assertThatThrownBy(() -> sendAndReceive(value))
        .isExactlyInstanceOf(HazelcastSerializationException.class)
        .hasMessageStartingWith("members do not exchange this object")
        .hasNoCause()
        .extracting(Throwable::getStackTrace)
        .isEqualTo(new StackTraceElement[0]);
    assertThat(rejections.count()).isEqualTo(1);
  }

  @Test
  void read_unknownClass_isNotInstantiated() {
    var data = members.toData(new UnlistedClass());
    UnlistedClass.instances = 0;

    assertThatThrownBy(() -> members.toObject(data)).hasMessageContaining("UnlistedClass");

    assertThat(UnlistedClass.instances).isZero();
  }

  /** A release of Hazelcast that keeps its serializers elsewhere must not start unrestricted. */
  @Test
  void applyTo_serviceOfAnotherKind_fails() {
    var service =
        (InternalSerializationService)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {InternalSerializationService.class},
                (self, method, arguments) -> null);

    assertThatThrownBy(() -> ObjectAllowList.applyTo(service, rejections))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void services_ofTheJar_areTheFactoriesOfTheList() throws Exception {
    var factories = new HashSet<Integer>();
    for (var line : Files.readAllLines(SERVICES)) {
      if (!line.startsWith("#")) {
        var hook = Class.forName(line).asSubclass(DataSerializerHook.class);
        factories.add(hook.getDeclaredConstructor().newInstance().getFactoryId());
      }
    }

    assertThat(factories).isEqualTo(ObjectAllowList.FACTORIES);
  }

  static List<Object> exchanged() {
    return List.of(
        true,
        7,
        7L,
        "host",
        new UUID(1, 2),
        Version.of(5, 7),
        new HazelcastRegistrationInfo(new RegistrationInfo("node", 1, false)));
  }

  static List<Object> refused() {
    var joinConfiguration =
        new DynamicConfigPreJoinOperation(
            new IdentifiedDataSerializable[0], ConfigCheckMode.WARNING);
    return List.of(
        new AddDynamicConfigOperation(new DiagnosticsConfig(), 0, null),
        new OnJoinOp(List.of(joinConfiguration)),
        new DataConnectionConfig("outside"),
        new CallableTaskOperation("executor", UUID.randomUUID(), new HeapData()),
        Predicates.alwaysTrue(),
        Tuple2.tuple2("jet", 1),
        new HazelcastJsonValue("{}"),
        new UnlistedClass(),
        new ArrayList<>(List.of("host")),
        new long[8],
        Runtime.class);
  }

  private Object sendAndReceive(Object value) {
    return members.toObject(members.toData(value));
  }

  /** A class on the class path of both sides. Confined to the thread of the test. */
  static final class UnlistedClass implements DataSerializable {
    private static int instances;

    UnlistedClass() {
      instances++;
    }

    @Override
    public void writeData(ObjectDataOutput output) {}

    @Override
    public void readData(ObjectDataInput input) {}
  }
}
