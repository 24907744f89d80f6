// The way from Java to kernels that are compiled for the processor.
#include <dlfcn.h>
#include <jni.h>

typedef void (*Grid)(int x, int y, int block, void** arguments);

extern "C" JNIEXPORT jlong JNICALL Java_dev_dovetail_cuda_HostDevice_open(JNIEnv* env, jclass, jstring path) {
  const char* p = env->GetStringUTFChars(path, nullptr);
  void* library = dlopen(p, RTLD_NOW | RTLD_LOCAL);
  env->ReleaseStringUTFChars(path, p);
  return library ? (jlong)dlsym(library, "run_grid") : 0;
}

extern "C" JNIEXPORT void JNICALL Java_dev_dovetail_cuda_HostDevice_run(
    JNIEnv* env, jclass, jlong grid, jint x, jint y, jint block, jlongArray arguments) {
  void* pointers[16];
  env->GetLongArrayRegion(arguments, 0, env->GetArrayLength(arguments), (jlong*)pointers);
  ((Grid)grid)(x, y, block, pointers);
}
