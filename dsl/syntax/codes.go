package syntax

// The codes of this package's errors. Once given, a code keeps its meaning.
const (
	// The text as a whole.
	codeTooLarge    = "E0101"
	codeNotUTF8     = "E0102"
	codeHidden      = "E0103"
	codeUnknownChar = "E0104"
	codeTooLong     = "E0105"
	codeTooDeep     = "E0106"
	// Names, numbers and texts.
	codeBadName     = "E0110"
	codeBadNumber   = "E0111"
	codeNumberRange = "E0112"
	codeOpenString  = "E0113"
	codeBadQuote    = "E0114"
	codeBadEscape   = "E0115"
	codeBadScript   = "E0116"
	// Spellings of other languages.
	codeEqEq           = "E0120"
	codeStarStar       = "E0121"
	codeLogic          = "E0122"
	codeForeignOp      = "E0123"
	codeCompound       = "E0124"
	codeTernary        = "E0125"
	codeColon          = "E0126"
	codeSemicolon      = "E0127"
	codeForeignComment = "E0128"
	// The shape of a rule.
	codeNoHeader     = "E0130"
	codeSecondHeader = "E0131"
	codeBracket      = "E0132"
	codeNested       = "E0133"
	codeStrayElse    = "E0134"
	codeUnknownWord  = "E0135"
	codeNoBrace      = "E0136"
	// What is missing or stands in a wrong place.
	codeExpected    = "E0140"
	codeNoOperand   = "E0141"
	codeNoOperator  = "E0142"
	codeNoName      = "E0143"
	codeReserved    = "E0144"
	codeNoElse      = "E0145"
	codeNoThen      = "E0146"
	codeChain       = "E0147"
	codeNeedsParens = "E0148"
	// The parts of declarations and statements.
	codeNoDomain  = "E0150"
	codeNoDefault = "E0151"
	codeChoices   = "E0152"
	codeBadIndex  = "E0153"
	codeNoText    = "E0154"
	codeNoValue   = "E0155"
)
