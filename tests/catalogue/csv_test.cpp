#include "likeness/catalogue/csv.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "likeness/base/error.hpp"
#include "likeness/base/random.hpp"
#include "likeness/catalogue/utf8.hpp"

namespace likeness {
namespace {

// The last two bytes are one letter.
constexpr std::string_view kLetters = "ab,;\t|\"\n\r \xC3\xA4";

using Rows = std::vector<std::vector<std::string>>;

Rows read_all(std::string_view text) {
  CsvReader reader(text, "tags.csv");
  Rows rows{reader.header()};
  for (CsvRow row; reader.read(row);) rows.push_back(row.fields);
  return rows;
}

// Of the first row that cannot be read, or of the file.
std::string complaint_of_csv(std::string_view text) {
  try {
    CsvReader reader(text, "tags.csv");
    for (CsvRow row; reader.read(row);) {
    }
    if (reader.bad_rows().count == 0) return "no complaint";
    const auto& [line, complaint] = reader.bad_rows().first.at(0);
    return "tags.csv: line " + std::to_string(line) + ": " + complaint;
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), Error::Kind::kInput);
    return error.what();
  }
}

TEST(CsvReader, ReadsPlainRows) {
  EXPECT_EQ(read_all("id,colour\n1,red\n2,\n"), (Rows{{"id", "colour"}, {"1", "red"}, {"2", ""}}));
}

TEST(CsvReader, ReadsQuotesCommasAndLineEndsInsideQuotes) {
  EXPECT_EQ(read_all("id,text\n1,\"a,\"\"b\"\"\"\n2,\"two\r\nlines\nor three\"\n3,\"\"\n"),
            (Rows{{"id", "text"}, {"1", "a,\"b\""}, {"2", "two\r\nlines\nor three"}, {"3", ""}}));
}

TEST(CsvReader, AcceptsByteOrderMarkCarriageReturnsAndNoLastLineEnd) {
  const Rows expected{{"id", "colour"}, {"1", "red"}};
  EXPECT_EQ(read_all("\xEF\xBB\xBFid,colour\r\n1,red\r\n"), expected);
  EXPECT_EQ(read_all("\xEF\xBB\xBF\"id\",colour\n1,red"), expected);
  EXPECT_EQ(read_all("id,colour\r\n1,\"red\""), expected);
}

TEST(CsvReader, KeepsAnEmptyLastFieldWithoutALineEnd) {
  EXPECT_EQ(read_all("a,b\n1,"), (Rows{{"a", "b"}, {"1", ""}}));
}

TEST(CsvReader, SkipsLinesThatHoldNothing) {
  EXPECT_EQ(read_all("\n\r\na,b\n\n1,2\n\r\n\n"), (Rows{{"a", "b"}, {"1", "2"}}));
  EXPECT_EQ(read_all("a\n\"\"\n\n"), (Rows{{"a"}}));
}

TEST(CsvReader, KeepsAByteOrderMarkThatIsPartOfAField) {
  const Rows rows = read_all("\n\"\xEF\xBB\xBFid\"\n");
  EXPECT_EQ(rows, (Rows{{"\xEF\xBB\xBFid"}}));
  EXPECT_EQ(read_all(csv_line(rows[0])), rows);
}

TEST(CsvReader, TellsTheLineWhereARowBegins) {
  CsvReader reader("a,b\n1,\"x\ny\"\r\n\n2,3\n", "tags.csv");
  CsvRow row;
  ASSERT_TRUE(reader.read(row));
  EXPECT_EQ(row.line, 2U);
  ASSERT_TRUE(reader.read(row));
  EXPECT_EQ(row.line, 5U);
  EXPECT_FALSE(reader.read(row));
  EXPECT_FALSE(reader.read(row));
}

TEST(CsvReader, FindsTheSeparatorInTheHeader) {
  const Rows expected{{"id", "kind"}, {"1", "a"}};
  EXPECT_EQ(read_all("id;kind\n1;a\n"), expected);
  EXPECT_EQ(read_all("id\tkind\r\n1\ta\r\n"), expected);
  EXPECT_EQ(read_all("id|kind\n1|a\n"), expected);
  EXPECT_EQ(read_all("\xEF\xBB\xBFsep=;\r\nid;kind\r\n1;a\r\n"), expected);
  EXPECT_EQ(read_all("sep=|\nid|kind\n1|a\n"), expected);
  EXPECT_EQ(read_all("id;\"price, net\";size (S|M)\n1;2,5;M\n"),
            (Rows{{"id", "price, net", "size (S|M)"}, {"1", "2,5", "M"}}));
  EXPECT_EQ(read_all("id,size (S|M|L)\n1,M\n"), (Rows{{"id", "size (S|M|L)"}, {"1", "M"}}));
  EXPECT_EQ(read_all("sep=x\n1\n"), (Rows{{"sep=x"}, {"1"}}));
}

TEST(CsvReader, OfSeveralSeparatorsTakesTheOneThatMakesTheWantedColumn) {
  const std::string text = "key,EUR;USD;GBP\n1,2\n";
  EXPECT_EQ(CsvReader(text, "t").header(), (std::vector<std::string>{"key,EUR", "USD", "GBP"}));
  EXPECT_EQ(CsvReader(text, "t", "key").header(), (std::vector<std::string>{"key", "EUR;USD;GBP"}));
}

TEST(CsvReader, LeavesOutAndCountsWhatSpreadsheetsAddAndNobodyMeant) {
  CsvReader pandas(",id,kind\n0,1,a\n1,2,b\n", "t");
  EXPECT_EQ(pandas.header(), (std::vector<std::string>{"id", "kind"}));
  CsvRow row;
  ASSERT_TRUE(pandas.read(row));
  EXPECT_EQ(row.fields, (std::vector<std::string>{"1", "a"}));
  EXPECT_EQ(pandas.nameless_columns(), 1U);

  CsvReader excel(";;;\n id ;;kind; \n1;;a;\n;;;\n2;x;b;;;\n ;y; ;\n;;;z\n", "t");
  EXPECT_EQ(excel.header(), (std::vector<std::string>{"id", "kind"}));
  ASSERT_TRUE(excel.read(row));
  EXPECT_EQ(row.fields, (std::vector<std::string>{"1", "a"}));
  ASSERT_TRUE(excel.read(row));
  EXPECT_EQ(row.fields, (std::vector<std::string>{"2", "b"}));
  EXPECT_EQ(row.line, 5U);
  EXPECT_FALSE(excel.read(row));
  EXPECT_EQ(excel.nameless_columns(), 2U);
  EXPECT_EQ(excel.empty_rows(), 3U);
  EXPECT_EQ(excel.bad_rows().count, 0U);
}

TEST(CsvReader, GoesOnBehindEachRowThatCannotBeRead) {
  CsvReader reader("a,b\n1,2,3\n4,5\n6\" heel,7\n8,9\n\"x\"y,1\n1\r2,3\n10,11\n\"open,12\n13,14\n",
                   "t");
  std::string keys;
  for (CsvRow row; reader.read(row);) keys += row.fields[0] + " ";
  EXPECT_EQ(keys, "4 8 10 13 ");
  EXPECT_EQ(reader.bad_rows().count, 5U);
  std::string lines;
  for (const BadRow& bad : reader.bad_rows().first) lines += std::to_string(bad.line) + " ";
  EXPECT_EQ(lines, "2 4 6 7 9 ");
}

TEST(CsvReader, NamesTheFirstTenBadRowsAndCountsAll) {
  std::string text = "a,b\n";
  for (int i = 0; i < 25; ++i) text += "1,2\n3,4,5\n";
  CsvReader reader(text, "t");
  for (CsvRow row; reader.read(row);) {
  }
  EXPECT_EQ(reader.bad_rows().count, 25U);
  ASSERT_EQ(reader.bad_rows().first.size(), 10U);
  EXPECT_EQ(reader.bad_rows().first.back().line, 21U);
}

// Neither costs more than its size: a million columns, a million quotes that open and never close.
TEST(CsvReader, RefusesAtOnceWhatIsNoTable) {
  std::string columns;
  for (int i = 0; i < 1'000'000; ++i) columns += "c" + std::to_string(i) + ",";
  EXPECT_EQ(complaint_of_csv(columns),
            "tags.csv: line 1: has more than 10000 fields, which is no row of a table");
  EXPECT_EQ(complaint_of_csv("a,b\n" + columns + "\n1,2\n"),
            "tags.csv: line 2: has more than 10000 fields, which is no row of a table");
  std::string quotes = "a,b\n";
  for (int i = 0; i < 1'000'000; ++i) quotes += "\"x\"\"\n";
  CsvReader reader(quotes, "t");
  CsvRow row;
  EXPECT_FALSE(reader.read(row));
  EXPECT_EQ(reader.bad_rows().count, 500'000U);
}

TEST(CsvReader, FindsColumnsByName) {
  const CsvReader reader("id,colour\n", "tags.csv");
  EXPECT_EQ(reader.column("colour"), 1U);
  EXPECT_EQ(reader.column("color"), std::nullopt);
}

TEST(CsvReader, NamesTheLineOfWhatIsWrong) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"a,b,c,d\n1,2,3,4\n1,2,3,4,5\n",
       "tags.csv: line 3: has 5 fields where the header has 4; quote fields that contain commas"},
      {"a,b\n1\n",
       "tags.csv: line 2: has 1 fields where the header has 2; quote fields that contain commas"},
      {"a,b\n\"x\ny\",\"z\n\n", "tags.csv: line 3: has a quote that is never closed"},
      {"a,b\n\"x\"y,z\n",
       "tags.csv: line 2: has text after a closing quote; double quotes inside a quoted field"},
      {"a,b\n5\" heel,z\n",
       "tags.csv: line 2: has a quote inside a field without quotes; quote the field and double "
       "the quote"},
      {"a,b\n1\r2,3\n",
       "tags.csv: line 2: has a carriage return without a line feed; end lines with LF"},
      {"a,a\n", "tags.csv: line 1: names the column 'a' twice; rename one"},
      {"a; a\n", "tags.csv: line 1: names the column 'a' twice; rename one"},
      {"a;b\n1,2\n",
       "tags.csv: line 2: has 1 fields where the header has 2; quote fields that contain "
       "semicolons"},
      {"", "tags.csv: line 1: has no header row; the first row must name the columns"},
      {"\xEF\xBB\xBF\n\n",
       "tags.csv: line 1: has no header row; the first row must name the columns"},
      {{"a,b\n1,\0\n", 8},
       "tags.csv: line 2: contains a zero byte; this is no CSV text, or UTF-16: save it as UTF-8"},
      {"a,b\n1,2\nm\xFCtze,3\n",
       "tags.csv: line 3: is not UTF-8; save the file as UTF-8 (Excel: \"CSV UTF-8\")"},
      {{"\xFF\xFE"
        "a\0,\0b\0",
        8},
       "tags.csv: line 1: is UTF-16; save the file as UTF-8 (Excel: \"CSV UTF-8\")"},
  };
  for (const auto& [text, complaint] : cases) EXPECT_EQ(complaint_of_csv(text), complaint) << text;
}

TEST(CsvReader, StopsAtFieldsOverItsLimit) {
  const std::string largest(kMaxCsvFieldBytes, 'x');
  EXPECT_EQ(read_all("a,b\n1," + largest + "\n")[1][1], largest);
  EXPECT_EQ(read_all("a,b\n1,\"" + largest + "\"\n")[1][1], largest);
  const std::string complaint =
      "tags.csv: line 2: has a field of more than 1048576 bytes; is a quote not closed?";
  EXPECT_EQ(complaint_of_csv("a,b\n1," + largest + "x\n"), complaint);
  EXPECT_EQ(complaint_of_csv("a,b\n1,\"" + largest + "x\"\n"), complaint);
  EXPECT_EQ(complaint_of_csv("a,b\n1,\"" + largest + "\"\"x\"\n"), complaint);
}

TEST(CsvReader, ReadsBackWhatIsWritten) {
  Random random(1);
  for (int round = 0; round < 200; ++round) {
    Rows rows;
    const std::size_t columns = 1 + random.below(4);
    for (int r = 0; r < 5; ++r) {
      rows.emplace_back(columns);
      for (auto& field : rows.back()) {
        for (auto length = random.below(6); length > 0; --length) {
          const auto letter = random.below(kLetters.size() - 1);
          field += kLetters.substr(letter, letter + 2 == kLetters.size() ? 2 : 1);
        }
      }
    }
    for (auto& row : rows) row[0].insert(0, "x").append("x");                   // none is empty
    for (std::size_t c = 0; c < columns; ++c) rows[0][c] += std::to_string(c);  // names differ
    for (auto& name : rows[0]) name.insert(0, "x");  // without spaces around them
    std::string text;
    for (const auto& row : rows) text += csv_line(row);
    EXPECT_EQ(read_all(text), rows) << text;
  }
}

TEST(CsvReader, EveryTruncationIsReadOrRefused) {
  const std::string text = "\xEF\xBB\xBFid,text\r\n1,\"a \"\"b\"\"\nc\"\r\n\r\n2,\xC3\xA4\n";
  for (std::size_t length = 0; length < text.size(); ++length) {
    const std::string_view part(text.data(), length);
    try {
      for (const auto& row : read_all(part)) EXPECT_LE(row.size(), 2U);
    } catch (const Error& error) {
      EXPECT_EQ(std::string(error.what()).substr(0, 15), "tags.csv: line ");
    }
  }
}

TEST(Utf8, FindsTheFirstWrongByte) {
  EXPECT_EQ(find_invalid_utf8(""), std::nullopt);
  EXPECT_EQ(find_invalid_utf8("plain text of more than eight bytes"), std::nullopt);
  EXPECT_EQ(find_invalid_utf8("\xC3\xA4 \xE2\x82\xAC \xF0\x9F\x91\x97 \xF4\x8F\xBF\xBF"),
            std::nullopt);
  EXPECT_EQ(find_invalid_utf8("12345678\x80"), 8U);
  EXPECT_EQ(find_invalid_utf8("1234567890\xC3"), 10U);
  for (const std::string wrong : {"\xC0\xAF", "\xC1\xBF", "\xE0\x9F\xBF", "\xED\xA0\x80",
                                  "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80",
                                  "\xE2\x82", "\xE2\x28\xA1", "\xE2\x82\x28", "\xFF"}) {
    EXPECT_EQ(find_invalid_utf8("ab" + wrong + "cd"), 2U);
  }
}

}  // namespace
}  // namespace likeness
