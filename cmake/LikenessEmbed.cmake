# likeness_embed(TARGET HEADER NAME FILE [NAME FILE]...) makes each file's content the constant NAME,
# a std::string_view that HEADER declares. The texts become raw strings, so that nothing but CMake
# and the compiler is needed.
#
# Included by a CMakeLists.txt it is that function; run by `cmake -P` it writes one of the sources.
if(CMAKE_SCRIPT_MODE_FILE)
  file(READ "${FILE}" content)
  string(FIND "${content}" ")embedded\"" end)
  if(NOT end EQUAL -1)
    message(FATAL_ERROR "${FILE}: holds the text that ends a raw string here: choose another one")
  endif()
  file(WRITE "${OUTPUT}" "#include \"${HEADER}\"\n\n"
    "namespace likeness {\n\nconst std::string_view ${NAME} = R\"embedded(${content})embedded\";\n\n"
    "}  // namespace likeness\n")
  return()
endif()

set(likeness_embed_script ${CMAKE_CURRENT_LIST_FILE})

function(likeness_embed target header)
  while(ARGN)
    list(POP_FRONT ARGN name file)
    set(output ${CMAKE_CURRENT_BINARY_DIR}/${name}.cpp)
    add_custom_command(OUTPUT ${output}
      COMMAND ${CMAKE_COMMAND} -DNAME=${name} -DFILE=${file} -DHEADER=${header} -DOUTPUT=${output}
              -P ${likeness_embed_script}
      DEPENDS ${file} ${likeness_embed_script} VERBATIM)
    # C++ promises 65,536 characters of a string; GCC and Clang take any number.
    set_source_files_properties(${output} PROPERTIES COMPILE_OPTIONS -Wno-overlength-strings)
    target_sources(${target} PRIVATE ${output})
  endwhile()
endfunction()
