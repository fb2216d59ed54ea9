package io.muster.runtime.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hazelcast.config.SerializationConfig;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.internal.serialization.Data;
import com.hazelcast.internal.serialization.SerializationService;
import com.hazelcast.internal.serialization.impl.DefaultSerializationServiceBuilder;
import com.hazelcast.internal.serialization.impl.HeapData;
import com.hazelcast.jet.impl.execution.init.CustomClassLoadedObject;
import com.hazelcast.jet.impl.serialization.SerializerHookConstants;
import com.hazelcast.spi.exception.TargetNotMemberException;
import com.hazelcast.spi.exception.WrongTargetException;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InvalidClassException;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.rmi.server.ObjID;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class DeserializationAllowListTest {
  private static final int CUSTOM_CLASS_LOADED_OBJECT =
      SerializerHookConstants.CUSTOM_CLASS_LOADED_OBJECT;

  private static final Pattern MODULES_IN_USE =
      Pattern.compile(
          "com/hazelcast/(core|internal/cluster|internal/partition|map|partition|query|spi/exception"
              + "|splitbrainprotection)/(.*/)?[^/]*(Exception|Error)\\.class");

  private final SerializationService members =
      new DefaultSerializationServiceBuilder()
          .setConfig(
              new SerializationConfig()
                  .setJavaSerializationFilterConfig(DeserializationAllowList.createFilter()))
          .build();

  @Test
  void createFilter_failureOfAnOperation_isDeserialized() {
    var failure = new IllegalStateException("no answer", new WrongTargetException("moved"));
    failure.addSuppressed(new ExecutionException(new TargetNotMemberException("left")));

    var received = (Throwable) sendAndReceive(failure);

    assertThat(received).hasMessage("no answer").hasCauseInstanceOf(WrongTargetException.class);
    assertThat(received.getStackTrace()).isEqualTo(failure.getStackTrace());
    assertThat(received.getSuppressed()).hasSize(1);
  }

  /** A caller would wait for the failure until its timeout. */
  @Test
  void createFilter_everyExceptionOfTheModulesInUse_isAllowed() throws Exception {
    var allowed = DeserializationAllowList.createFilter().getWhitelist();

    var exceptions = hazelcastExceptions();

    assertThat(exceptions).hasSizeGreaterThan(30).allMatch(allowed::isListed);
  }

  private static List<String> hazelcastExceptions() throws Exception {
    var source = HazelcastInstance.class.getProtectionDomain().getCodeSource().getLocation();
    try (var jar = new JarFile(Path.of(source.toURI()).toFile())) {
      return jar.stream()
          .map(JarEntry::getName)
          .filter(name -> MODULES_IN_USE.matcher(name).matches())
          .map(name -> name.replace(".class", "").replace('/', '.'))
          .filter(DeserializationAllowListTest::isThrowable)
          .toList();
    }
  }

  private static boolean isThrowable(String className) {
    try {
      var type = Class.forName(className, false, HazelcastInstance.class.getClassLoader());
      return Throwable.class.isAssignableFrom(type);
    } catch (ReflectiveOperationException | LinkageError missingDependency) {
      return false;
    }
  }

  @ParameterizedTest
  @MethodSource("disallowed")
  void createFilter_anyOtherClass_isRejected(Serializable value) {
    assertThatThrownBy(() -> sendAndReceive(value)).hasMessageContaining("is not allowed");
  }

  /** Hazelcast does not apply its filter to objects of this type. */
  @Test
  void applyToJvm_objectThatHazelcastDoesNotFilter_isRejected() throws IOException {
    DeserializationAllowList.applyToJvm();
    var allowed = customClassLoaded(new IllegalStateException("no answer"));

    assertThatThrownBy(() -> members.toObject(customClassLoaded(new HashMap<>())))
        .hasRootCauseInstanceOf(InvalidClassException.class);
    assertThat(members.<Object>toObject(allowed)).isInstanceOf(CustomClassLoadedObject.class);
  }

  @Test
  void applyToJvm_endlessCauses_isRejected() throws IOException {
    DeserializationAllowList.applyToJvm();
    var causes = Stream.iterate(new Exception(), Exception::new).skip(150).findFirst();

    assertThatThrownBy(() -> members.toObject(customClassLoaded(causes.orElseThrow())))
        .hasRootCauseInstanceOf(InvalidClassException.class);
  }

  private static Data customClassLoaded(Serializable value) throws IOException {
    var bytes = new ByteArrayOutputStream();
    var output = new DataOutputStream(bytes);
    output.writeInt(0); // The hash of the partition.
    output.writeInt(CUSTOM_CLASS_LOADED_OBJECT);
    output.writeBoolean(true);
    new ObjectOutputStream(output).writeObject(value);
    return new HeapData(bytes.toByteArray());
  }

  static List<Serializable> disallowed() {
    var proxy =
        (Serializable)
            Proxy.newProxyInstance(
                DeserializationAllowListTest.class.getClassLoader(),
                new Class<?>[] {Serializable.class, Runnable.class},
                (java.lang.reflect.InvocationHandler & Serializable) (self, method, args) -> null);
    return List.of(
        new ObjID(), new InetSocketAddress(80), new Object[][] {{new HashMap<>()}}, proxy);
  }

  private Object sendAndReceive(Serializable value) {
    return members.toObject(members.toData(value));
  }
}
